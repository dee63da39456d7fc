"""Rows as the release before wrote them, and what this one reads of them; each as a process of its own: `fill`, `look`, `plain`."""

from __future__ import annotations

import importlib
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

# The last migrations of the release before.
BEFORE = {
    "people": "0002_fewer_indexes",
    "cases": "0003_release_requests",
    "flows": "0001_initial",
    "notices": "0001_initial",
    "documents": "0002_guards",
    "exchange": "0001_initial",
}
AT = datetime(2026, 11, 1, 8, 30, 15, 123456, tzinfo=UTC)
COUNT = 5  # more than a batch
PRIVATE = {
    "name": "欧阳𬭎{n}", "born_on": "2004-05-{n:02}", "former_dossier": "旧档案室{n}", "former_police": "旧派出所{n}",
    "phone": "1369999000{n}", "email": "only{n}@example.com", "qq": "88888{n}", "home_address": "无名巷{n}号",
    "home_phone": "0591-777700{n}", "home_postcode": "35000{n}",
}  # fmt: skip
TEXT = '{{"graduate":{{"name":"欧阳𬭎{n}"}},"terms":{{"contact_mobile":"1397777000{n}"}}}}'
# What a stranger must not find in a dump afterwards; "{n}" stands for any of the rows.
SECRETS = [
    "欧阳𬭎", "1369999000", "1397777000", "only1@", "无名巷", "旧档案室", "旧派出所", "77770", "88888", "因家事", "与张三核对", "张三",
]  # fmt: skip


def fill(apps: Any) -> None:
    """Through the models of that day: plain columns."""
    from django.db import transaction

    with transaction.atomic():  # a case and its event come together
        filled(apps)


def filled(apps: Any) -> None:
    from wangqian.people import identity

    def make(label: str, model: str, /, **values: Any) -> Any:
        return apps.get_model(label, model).objects.create(**values)

    school = make("people", "School", code="10001", name="示范大学")
    college = make("people", "College", school=school, name="信息学院")
    until = AT + timedelta(days=300)
    cohort = make("people", "Cohort", school=school, year=2027, opens_at=AT, closes_at=until)
    profile = make("people", "SchoolProfile", school=school, version=1, edited_at=AT)
    user = make("people", "User", username="u1", password="!", name="张三", phone="13977770009", email="z3@example.com")
    employer = make("people", "Employer", name="旧单位", uscc="91350100M000100Y43", nature="39", nature_name="其他企业",
                    industry="34", industry_name="软件")  # fmt: skip
    make("people", "EmployerDossier", employer=employer, receipt="employer", receipt_name="签约单位接收", contact="张三",
         phone="13977770001", edited_by=user, edited_at=AT)  # fmt: skip
    alone = make("cases", "Case", flow="certification", state="certified", version=1, employer=employer, opened_at=AT,
                 since=AT, moved_at=AT)  # fmt: skip
    noted(make, alone, None, {"note": "因家事由张三核对"})
    for n in range(1, COUNT + 1):
        index = sha256(str(n).encode()).digest()
        key = identity.new_person_key()
        about = f"person_key:{index.hex()}"
        person = make("people", "PersonKey", index=index, wrapped=identity.seal(key, about))
        pk = UUID(int=2**100 + n)
        graduate = make(
            "people", "Graduate", id=pk, school=school, college=college, cohort=cohort, person=person, identity_index=index,
            identity_cipher=identity.encrypt(key, f"number{n}", f"people_graduate:identity_cipher:{pk}"),
            student_number=f"S{n}", sex="1", education="31", education_name="本科生毕业", major="软件工程", training_mode="1",
            training_mode_name="非定向", extra={"备注": f"无名巷{n}"} if n % 2 else {},
            **{name: value.format(n=n) for name, value in PRIVATE.items()},
        )  # fmt: skip
        case = make("cases", "Case", flow="online", state="declined", version=1, graduate=graduate, employer=employer,
                    school=school, college=college, cohort=cohort, profile=profile, opened_at=AT, since=AT,
                    moved_at=AT)  # fmt: skip
        text = TEXT.format(n=n).encode()
        terms = make("cases", "Terms", case=case, version=1, form="online", canonical=text, sha256=sha256(text).hexdigest(),
                     author=user, at=AT)  # fmt: skip
        make("flows", "OnlineTerms", terms=terms, job_title="工程师", contact="张三", contact_mobile="13977770001")
        event = noted(make, case, terms, {"reason": f"因家事{n}"})
        make("people", "AccessLog", actor=user, subject=graduate, what="unmask", why=f"与张三核对{n}", at=AT)
        make("cases", "Draft", owner=user, subject=f"draft:{n}", data={"contact": f"张三{n}"}, saved_at=AT)
        make("notices", "Notice", event=event, recipient=user, channel="inbox", template="online.decline.employer",
             subject=f"欧阳𬭎{n}已拒绝", body=f"欧阳𬭎{n}拒绝：因家事{n}", state="sent", created_at=AT)  # fmt: skip


def noted(make: Any, case: Any, terms: Any, words: dict[str, str]) -> Any:
    """An event with its note; hashed as events are."""
    from wangqian.cases.models import Event

    salt = b"0" * 16
    plain = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    columns = {
        "number": 1, "at": AT, "flow": case.flow, "step": "decline", "target": case.state, "capacity": "graduate",
        "terms_sha256": terms.sha256 if terms else "", "note_digest": sha256(salt + plain).hexdigest(),
    }  # fmt: skip
    chained = Event(case_id=case.pk, **columns).computed_hash()
    event = make("cases", "Event", case=case, terms=terms, hash=chained, **columns)
    make("cases", "Note", event=event, salt=salt, words=words)
    return event


def look() -> dict[str, Any]:
    """The same words through the models of today, and whether every chain is whole."""
    from wangqian.cases.models import Case, Draft, Event, Terms, broken_link
    from wangqian.notices.models import Notice
    from wangqian.people.models import PRIVATE as NAMES
    from wangqian.people.models import AccessLog, EmployerDossier, Graduate, User
    from wangqian.people.names import name_index

    (dossier,), (user,) = EmployerDossier.objects.all(), User.objects.all()
    people = Graduate.objects.select_related("person").order_by("student_number")
    return {
        "people": [{name: getattr(one, name) for name in NAMES} for one in people],
        "extra": [one.extra for one in people],
        "numbers": [one.identity_number() for one in people],
        "found by name": [bytes(one.name_index or b"") == name_index(one.school_id, one.name) for one in people],
        "texts": [one.canonical.decode() for one in Terms.objects.order_by("id")],
        "hashes": [sha256(one.canonical).hexdigest() == one.sha256 for one in Terms.objects.order_by("id")],
        "notes": [one.said for one in Event.objects.order_by("id")],
        "broken": [broken_link(case) for case in Case.objects.all()],
        "why": [one.why for one in AccessLog.objects.order_by("id")],
        "drafts": [one.data for one in Draft.objects.order_by("subject")],
        "bodies": sorted(f"{one.subject}；{one.body}" for one in Notice.objects.all()),
        "dossier": [dossier.contact, dossier.phone],
        "user": [user.name, user.phone, user.email],
    }


def plain() -> list[str]:
    """The secrets that stand in some column of some table as they are."""
    from django.db import connection

    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said = repr([[bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else v for v in row]
                         for row in cursor.fetchall()])  # fmt: skip
            found |= {f"{table}: {secret}" for secret in SECRETS if secret in said}
    return sorted(found)


def guarded() -> list[str]:
    """The tables of which a row can be changed though nothing may."""
    from django.db import DatabaseError, connection, transaction

    open_ = []
    for table, column in (("people_accesslog", "what"), ("cases_terms", "form"), ("cases_event", "step")):
        for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
                    transaction.set_rollback(True)
                open_.append(statement)
            except DatabaseError as refused:
                assert "append only" in str(refused), refused
    return open_


def main(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangqian.settings")
    import django

    django.setup()
    if what == "small-batches":
        from django.core.management import call_command

        for module in ("people.migrations.0008_sealed_people", "cases.migrations.0007_sealed_texts",
                       "notices.migrations.0003_sealed_bodies", "notices.migrations.0006_sealed_subjects"):  # fmt: skip
            importlib.import_module(f"wangqian.{module}").BATCH = 2  # type: ignore[attr-defined]
        call_command("migrate", verbosity=0)
    elif what == "fill":
        from django.db import connection
        from django.db.migrations.loader import MigrationLoader

        fill(MigrationLoader(connection).project_state(list(BEFORE.items())).apps)
    else:
        print(json.dumps({"look": look, "plain": plain, "guarded": guarded}[what](), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
