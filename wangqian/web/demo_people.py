"""The demo's invented people: 2 schools × 3 colleges, 2 cohorts, 600 graduates, 5 employers, staff, an operator."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from wangqian.cases.engine import open_case
from wangqian.codes import resident_id, uscc
from wangqian.codes.region import regions
from wangqian.codes.table import table
from wangqian.people.clock import SHANGHAI, end_of, now
from wangqian.people.models import (
    Actor,
    Cohort,
    College,
    Employer,
    EmployerDossier,
    Graduate,
    Membership,
    School,
    SchoolProfile,
    Support,
    User,
)

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
GIVEN = "文清明远思齐若水子墨一鸣景行知微怀瑾雨桐浩然书瑶天佑梓涵嘉禾承志安宁云帆晓彤星河乐之"
SCHOOLS = (
    ("10901", "示范大学", ("信息学院", "文学院", "经济管理学院")),
    ("10902", "江南理工大学", ("机械学院", "材料学院", "外国语学院")),
)
MAJORS = {
    "信息学院": ("计算机科学与技术", "软件工程"),
    "文学院": ("汉语言文学", "新闻学"),
    "经济管理学院": ("会计学", "国际经济与贸易"),
    "机械学院": ("机械工程", "车辆工程"),
    "材料学院": ("材料科学与工程", "高分子材料"),
    "外国语学院": ("英语", "日语"),
}
EMPLOYERS = (
    ("越综合企业有限公司", "39", "34", "110108", "知春路 9 号", True),
    ("海纳软件科技有限公司", "39", "34", "310115", "张江路 88 号", True),
    ("江南重型机械集团有限公司", "31", "22", "320115", "工业大道 1 号", True),
    ("滨海市第二中学", "22", "42", "330203", "学府路 12 号", True),
    ("新开张贸易有限公司", "39", "31", "440106", "林和路 3 号", False),
)
SUPPORT = {"phone": "400-000-0000", "email": "help@example.com", "hours": "工作日 9:00–17:00"}
REGIONS = ("430102", "110108", "320102", "330203", "440106", "510104")
YEARS = (2027, 2028)


@dataclass
class People:
    """Who there is, as actors."""

    graduates: list[Actor] = field(default_factory=list)
    employers: list[Actor] = field(default_factory=list)
    staff: dict[str, Actor] = field(default_factory=dict)  # "school", "school2" or a college's id
    operator: Actor | None = None


@transaction.atomic
def populate() -> People:
    chance, people = random.Random(2027), People()
    people.operator = member("平台值班员", "operator", "13900000000")
    member("平台复核员", "operator", "13900000010")
    Support.objects.create(**SUPPORT, edited_by=people.operator.user, edited_at=now())
    for number, (*row, certified) in enumerate(EMPLOYERS):
        people.employers.append(employer(number, *row))
        if certified:
            certify(people.employers[-1], people.operator)
    first, second = people.employers[:2]  # one person, two employers: the capacity is switched
    member(second.user.name, "employer", "", user=second.user, employer=first.membership.employer)
    serial = 0
    for code, name, colleges in SCHOOLS:
        school = School.objects.create(
            code=code, name=name, contact="赵老师", phone="021-5555 0100", hours="工作日 9:00–17:00"
        )
        SchoolProfile.objects.create(school=school, version=1, edited_at=now())
        cohorts = [cohort(school, year) for year in YEARS]
        people.staff[f"school:{school.pk}"] = member(
            f"{chance.choice(SURNAMES)}主任", "school", f"1391{code}00", school=school, admin=True
        )
        people.staff[f"second:{school.pk}"] = member(f"{chance.choice(SURNAMES)}老师", "school", f"1392{code}00", school=school)
        for place, college_name in enumerate(colleges):
            college = College.objects.create(school=school, name=college_name)
            phone = f"1393{code}{place:02d}"
            people.staff[f"college:{college.pk}"] = member(
                f"{SURNAMES[place + 3]}老师", "college", phone, school=school, college=college
            )
            for _number in range(100):
                serial += 1
                people.graduates.append(graduate(chance, serial, college, cohorts[serial % 4 == 0]))
    return people


def member(name: str, kind: str, phone: str, user: User | None = None, **place: object) -> Actor:
    user = user or User.objects.create(
        username=f"demo-{phone}", name=name, phone=phone, email=f"{phone}@example.com", password="!"
    )
    return Actor(Membership.objects.create(user=user, kind=kind, **place), "127.0.0.1", "demo")


def cohort(school: School, year: int) -> Cohort:
    """Opens in October before, closes on 31 August 24:00 (law L5)."""
    opens = datetime(year - 1, 10, 1, tzinfo=SHANGHAI) if year == YEARS[0] else now() - timedelta(days=1)
    return Cohort.objects.create(school=school, year=year, opens_at=opens, closes_at=end_of(date(year, 8, 31)))


def certify(employer: Actor, operator: Actor) -> None:
    """Through the door, so that it can be suspended and restored."""
    note = {"note": "演示：已核对营业执照和网签授权书"}
    open_case("certification", "certify", by=operator, employer=employer.membership.employer, given=note)


def employer(number: int, name: str, nature: str, industry: str, region: str, street: str) -> Actor:
    address = f"{regions().full_name(region)}{street}"
    made = Employer.objects.create(
        name=name,
        uscc=uscc.make("91310115" if nature != "22" else "12330203", 1000 + number),
        nature=nature,
        nature_name=table("employer_nature").name_of(nature),
        industry=industry,
        industry_name=table("industry").name_of(industry),
        region=regions().full_name(region),
        region_code=region,
        address=address,
        postcode="200000",
    )
    actor = member(
        "张三李四王五赵六钱七"[number * 2 : number * 2 + 2],
        "employer",
        f"1390000000{number + 1}",
        employer=made,
        admin=True,
    )
    EmployerDossier.objects.create(
        employer=made,
        receipt="employer",
        receipt_name=table("dossier_receipt").name_of("employer"),
        unit=name,
        address=address,
        contact=actor.user.name,
        phone="021-6666 0000",
        postcode="200000",
        hukou_address=address,
        edited_by=actor.user,
        edited_at=now(),
    )
    return actor


def graduate(chance: random.Random, serial: int, college: College, year: Cohort) -> Actor:
    name = (
        "曹文公" if serial == 1 else chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    )
    sex = serial % 2
    birth = date(year.year - 22, 1, 1) + timedelta(days=chance.randrange(365))
    education = chance.choice(("31", "31", "31", "11"))
    mode = "2" if serial % 60 == 7 else "1"
    phone = f"137{serial:08d}"
    made = Graduate(
        school=college.school,
        college=college,
        cohort=year,
        sex="1" if sex else "2",
        sex_name="男" if sex else "女",
        ethnicity="01",
        ethnicity_name="汉族",
        political_status="03",
        political_status_name=table("political_status").name_of("03"),
        education=education,
        education_name=table("education").name_of(education),
        major=chance.choice(MAJORS[college.name]),
        training_mode=mode,
        training_mode_name=table("training_mode").name_of(mode),
        entrusting_unit="某县教育局" if mode == "2" else "",
        origin="430104",
        origin_name="湖南省长沙市岳麓区",
        student_number=f"{year.year - 4}{serial:06d}",
        exam_number=f"{year.year}{college.school.code}{serial:05d}",
        years="4" if education == "31" else "3",
        klass=f"{college.name[0]}{1 + serial % 3}班",
        confirmed_at=None if serial % 50 == 0 else now(),
    )
    made.name, made.phone, made.email = name, phone, f"g{serial}@example.com"
    made.home_address = f"湖南省长沙市岳麓区学苑路 {serial} 号"
    made.set_identity("resident", resident_id.make(REGIONS[serial % 6], birth, serial % 499 * 2 + (1 if sex else 2)))
    made.save(force_insert=True)
    user = User.objects.create(
        username=f"demo-g{serial}",
        name=name,
        phone=phone,
        email=made.email,
        email_proven_at=now(),
        password="!",
        identity_index=bytes(made.identity_index),
    )
    return member(name, "graduate", phone, user=user, graduate=made)
