"""The addresses of the door. The names are those that allauth leads to; the paths are ours."""

from __future__ import annotations

from django.urls import path

from wangqian.web.door import account, activation, by_slip, code, devices, login, own, password, reset

urlpatterns = [
    path("login/", login.login, name="account_login"),
    path("login/code/", code.ask, name="account_request_login_code"),
    path("login/code/enter/", code.enter, name="account_confirm_login_code"),
    path("login/names/", reset.names, name="recover-names"),
    path("login/reset/", reset.ask, name="account_reset_password"),
    path("login/reset/enter/", reset.enter, name="account_confirm_password_reset_code"),
    path("login/reset/new/", reset.new, name="account_complete_password_reset"),
    path("logout/", login.log_out, name="account_logout"),
    path("account/", account.account, name="account"),
    path("account/none/", account.nothing, name="no-capacity"),
    path("account/phone/", own.phone, name="own-phone"),
    path("account/email/", own.email, name="own-email"),
    path("account/contact/enter/", own.entered, name="own-contact-enter"),
    path("account/password/", password.change, name="account_change_password"),
    path("account/password/set/", password.set_first, name="account_set_password"),
    path("account/sessions/", devices.listed, name="usersessions_list"),
    path("account/sessions/<int:pk>/end/", devices.end, name="end-session"),
    path("activate/", activation.begin, name="activate"),
    path("activate/slip/", by_slip.by_slip, name="activate-slip"),
    path("activate/code/", activation.code, name="activate-code"),
    path("activate/password/", activation.password, name="activate-password"),
]
