"""The demo's school side: counsellors with classes, corrections made and asked for, data confirmed by the college."""

from __future__ import annotations

from wangqian.cases.engine import open_case, perform
from wangqian.cases.models import Case
from wangqian.flows import confirming, staff
from wangqian.flows.corrections import STAFF, Why, correct
from wangqian.flows.staff import Person
from wangqian.notices import deliver
from wangqian.people.models import Actor, Capacity, Cohort, Graduate
from wangqian.web.demo_people import SURNAMES, People
from wangqian.web.staff_words import lines

ASKED = {"reason": "学籍登记时录入有误，与证件不一致。", "evidence": "学籍证明、居民身份证"}
# Of the graduates of each college: how many the college has confirmed.
CONFIRMED = 40


def play(people: People) -> None:
    """At both schools the same, in every college."""
    for key, manager in people.staff.items():
        if key.startswith("school:"):
            counsellors(manager)
        if key.startswith("college:"):
            graduates = [one for one in people.graduates if of(one, manager)]
            settled(manager, graduates)
    first = people.graduates[0].membership.graduate
    assert first is not None
    school, college = (people.staff[f"{kind}:{pk}"] for kind, pk in (("school", first.school_id), ("college", first.college_id)))
    asked([one for one in people.graduates if of(one, college)], school, college)


def of(one: Actor, manager: Actor) -> bool:
    graduate = one.membership.graduate
    return bool(graduate and graduate.college_id == manager.membership.college_id and graduate.confirmed_at)


def counsellors(manager: Actor) -> None:
    """One in each college, with two of its three classes of the older cohort: the third has nobody."""
    school = manager.membership.school
    assert school is not None
    cohort = Cohort.objects.filter(school=school).order_by("year")[0]
    for place, college in enumerate(school.colleges.order_by("name")):
        person = Person(f"{SURNAMES[place + 9]}老师", f"1394{school.code}{place:02d}", f"c{school.code}{place}@example.com")
        change = staff.add(manager, person, Capacity.COUNSELLOR, college.pk)
        deliver.tell_staff(change, lines(change))
        made = change.membership
        assert made is not None
        classes = Graduate.objects.filter(college=college, cohort=cohort).values_list("klass", flat=True).distinct()
        staff.assign(manager, made.pk, [(cohort.pk, name) for name in sorted(classes)[:2]])


def settled(college: Actor, graduates: list[Actor]) -> None:
    """The college confirmed many, and corrected one first."""
    keys = [one.membership.graduate_id for one in graduates if one.membership.graduate_id]
    rows = correct(keys[-1], {"political_status": "13|群众"}, college, Why(STAFF, "核对团籍材料，毕业前已超龄离团。"))
    deliver.tell_corrected(rows, college)
    confirming.confirm(keys[-CONFIRMED:], college)
    deliver.tell_confirmed(Graduate.objects.filter(pk__in=keys[-CONFIRMED:]), college)


def asked(graduates: list[Actor], school: Actor, college: Actor) -> None:
    """Requests in every state: one waiting for the school, one for the college, granted, refused."""
    waiting, granted, refused, at_college = graduates[10], graduates[11], graduates[12], graduates[-2]
    request(waiting, "name", "赵清远")
    answered(request(granted, "major_direction", "人工智能"), "grant", school, {"basis": "培养方案和成绩单原件"})
    answered(request(refused, "major", "人工智能"), "refuse", school, {"reason": "学籍系统登记的专业与申请不符，请先到教务处办理。"})
    request(at_college, "urban_rural", "农村")


def request(by: Actor, about: str, value: str) -> Case:
    given = {"about": about, about: value, **ASKED}
    event = open_case("correction_request", "apply", by=by, graduate=by.membership.graduate, given=given)
    return event.case


def answered(case: Case, step: str, by: Actor, given: dict[str, str]) -> None:
    perform(case, step, by=by, given=given)


