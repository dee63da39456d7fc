"""The demo's school side: counsellors with classes, corrections made and asked for, data confirmed by the college."""

from __future__ import annotations

from wangqian.cases.engine import new_case
from wangqian.cases.models import Case
from wangqian.documents import uploads
from wangqian.documents.uploads import Limits
from wangqian.flows import confirming, staff
from wangqian.flows.corrections import STAFF, Why, correct
from wangqian.flows.staff import Person
from wangqian.notices import deliver
from wangqian.people.models import Actor, Capacity, Cohort, Graduate
from wangqian.web.demo_cases import Player
from wangqian.web.demo_papers import picture
from wangqian.web.demo_people import SURNAMES, People
from wangqian.web.staff_words import lines

ASKED = {"reason": "学籍登记时录入有误，与证件不一致。"}
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
    asked(Player(people), [one for one in people.graduates if of(one, college)], school)


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


def asked(player: Player, graduates: list[Actor], school: Actor) -> None:
    """Requests in every state: one waiting for the school, one for the college, granted, refused."""
    waiting, granted, refused, at_college = graduates[10], graduates[11], graduates[12], graduates[-2]
    request(player, waiting, "name", "赵清远")
    player.go(request(player, granted, "major_direction", "人工智能"), "grant", school, {"basis": "培养方案和成绩单原件"})
    reason = "学籍系统登记的专业与申请不符，请先到教务处办理。"
    player.go(request(player, refused, "major", "人工智能"), "refuse", school, {"reason": reason})
    request(player, at_college, "urban_rural", "农村")


def request(player: Player, by: Actor, about: str, value: str) -> Case:
    given = {"about": about, about: value, **ASKED}
    case = player.go(new_case("correction_request", by.membership.graduate), "fill", by, {"topic": about})
    uploads.receive(case, "evidence", "证明.jpg", picture("proof"), owner=by.user, limit=Limits())
    return player.go(case, "apply", by, given)


