"""Every address of the site. `tests/screens/routes.csv` says who gets what from each."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from wangqian.web import (
    casepage,
    contact,
    employer,
    graduate,
    home,
    operator,
    paper,
    pattern,
    public,
    roster,
    school,
    steps,
)

urlpatterns = [
    path("", public.start, name="start"),
    path("login/", public.log_in, name="login"),
    path("logout/", public.log_out, name="logout"),
    path("switch/", public.switch, name="switch"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:code>/", public.verify_code, name="verify-code"),
    path("home/", home.home, name="home"),
    path("inbox/", home.inbox, name="inbox"),
    # cases
    path("cases/<uuid:pk>/", casepage.case_page, name="case"),
    path("cases/<uuid:pk>/paper/", paper.preview, name="paper"),
    path("cases/<uuid:pk>/paper/agreement.pdf", paper.pdf, name="paper-pdf"),
    path("cases/<uuid:pk>/paper/<int:number>.png", paper.page, name="paper-page"),
    path("cases/<uuid:pk>/do/<slug:step>/", steps.case_step, name="step"),
    path("cases/<uuid:pk>/do/<slug:step>/confirm/", steps.case_confirm, name="step-confirm"),
    path("start/<slug:flow>/<slug:step>/<slug:kind>/<uuid:pk>/", steps.start_step, name="start-step"),
    path(
        "start/<slug:flow>/<slug:step>/<slug:kind>/<uuid:pk>/confirm/", steps.start_confirm, name="start-step-confirm"
    ),
    # graduate
    path("me/confirm/", graduate.confirm_information, name="confirm-information"),
    path("me/", graduate.my_information, name="my-information"),
    path("me/contact/", contact.contact, name="my-contact"),
    # employer
    path("favourites/add/", employer.add_favourite, name="add-favourite"),
    path("favourites/<uuid:pk>/remove/", employer.remove_favourite, name="remove-favourite"),
    path("dossier/", employer.dossier, name="dossier"),
    path("employer/", employer.information, name="employer-information"),
    # school
    path("desk/batch/", school.batch, name="batch"),
    path("desk/batch/confirm/", school.batch_confirm, name="batch-confirm"),
    path("graduates/", school.graduates, name="graduates"),
    path("graduates/<uuid:pk>/", school.graduate, name="graduate"),
    path("graduates/<uuid:pk>/identity/", school.identity, name="graduate-identity"),
    path("school/cases/", school.cases, name="school-cases"),
    path("school/profile/", school.profile, name="profile"),
    path("school/roster/", roster.imports, name="roster"),
    path("school/roster/template.xlsx", roster.template, name="roster-template"),
    path("school/roster/<uuid:pk>/", roster.detail, name="roster-import"),
    path("school/roster/<uuid:pk>/progress/", roster.progress, name="roster-progress"),
    path("school/roster/<uuid:pk>/confirm/", roster.confirm, name="roster-confirm"),
    path("school/roster/<uuid:pk>/cancel/", roster.cancel, name="roster-cancel"),
    path("school/roster/<uuid:pk>/errors.xlsx", roster.errors, name="roster-errors"),
    # operator
    path("operator/schools/", operator.schools, name="schools"),
    path("operator/schools/<uuid:pk>/", operator.school, name="school"),
    path("operator/employers/", operator.employers, name="employers"),
    path("operator/employers/<uuid:pk>/", operator.employer, name="employer"),
    path("operator/retry/<slug:what>/<str:pk>/", operator.retry, name="retry"),
]

if settings.DEMO or settings.TESTING:
    urlpatterns += [
        path("demo/enter/", public.enter, name="demo-enter"),
        path("demo/messages/", public.demo_messages, name="demo-messages"),
        path("demo/parts/", pattern.pattern, name="demo-parts"),
    ]

handler400 = "wangqian.web.public.bad_request"
handler403 = "wangqian.web.public.forbidden"
handler404 = "wangqian.web.public.not_found"
handler500 = "wangqian.web.public.server_error"
