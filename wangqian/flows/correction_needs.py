"""The forms of 更正申请, made from the one declaration of the graduate's data (`people/field_classes.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop

from wangqian.chart.fields import Field, Input, Keep, Need
from wangqian.codes.table import table
from wangqian.people.field_classes import Datum, Edits, joined, of_class

RIGHT, BECAUSE = "更正的内容", "原因和证明"
PAPERS = gettext_noop("例如：居民身份证、户口簿、学籍证明的照片或扫描件")
ANY = gettext_noop("有的话请上传，例如：户口簿、证书的照片；没有也可以提交")
YES_NO = (("是", "是"), ("否", "否"))
KIND = "identity_kind"  # beside a number stands the kind of its document


def correctable() -> list[Datum]:
    """What a graduate asks for: never his to edit, or not any more."""
    return of_class(Edits.NEVER, Edits.UNTIL)


def question(datum: Datum, **more: object) -> Iterator[Field]:
    """The field, or two, in which one value is typed."""
    common = {"required": True, "personal": True, **more}
    if datum.kind == "identity":
        yield Field(KIND, "证件类型", Input.CODE, table="document_kind", **common)  # type: ignore[arg-type]
    kinds: dict[str, dict[str, object]] = {
        "identity": {"kind": Input.IDENTITY},
        "region": {"kind": Input.REGION, "exact": True, "revoked": True},
        "code": {"kind": Input.CODE, "table": datum.table},
        "yes_no": {"kind": Input.CHOICE, "choices": YES_NO},
        "urban_rural": {"kind": Input.CHOICE, "choices": tuple((name, name) for _code, name in table("urban_rural").choices())},
        "college": {"help": "写院系的全称"},
        "day": {"help": "例如 2027-07-01 或 2027-07"},
    }
    yield Field(datum.name, datum.label, most=datum.most, **{**kinds.get(datum.kind, {}), **common})  # type: ignore[arg-type]


def typed(datum: Datum, answers: Mapping[str, str]) -> str:
    """What was typed in the fields of `question`, as one value."""
    value = answers.get(datum.name) or ""
    if datum.kind == "identity":
        return joined(answers.get(KIND) or "", value) if value else ""
    if datum.kind in ("code", "region"):
        return joined(value, answers.get(f"{datum.name}_name") or "") if value else ""
    return value


ABOUT = Need(
    "about",
    "更正哪一项",
    (Field("topic", "更正哪一项", Input.CHOICE, True, choices=tuple((datum.name, datum.label) for datum in correctable())),),
    Keep.DATA,
)
REASON = Field("reason", "原因", Input.LINES, True, most=300, help="哪里不对、怎么发现的", group=BECAUSE, personal=True)


def proof(datum: Datum | None) -> Field:
    """What shows it: always of what only the school corrects; of the rest, where there is something."""
    must = datum is not None and datum.edits is Edits.NEVER
    return Field("evidence", "证明材料", Input.FILES, must, least=int(must), most=6, help=PAPERS if must else ANY, group=BECAUSE)


def wanted(*data: Datum) -> tuple[Field, ...]:
    return tuple(field for datum in data for field in question(datum, group=RIGHT))


CORRECTION = Need("correction", "更正申请", (*wanted(*correctable()), REASON, proof(None)))
FORMS = {
    datum.name: Need(CORRECTION.name, CORRECTION.title, (*wanted(datum), REASON, proof(datum))) for datum in correctable()
}

GRANTING = Need(
    "granting",
    "同意更正",
    (Field("basis", "核对依据", required=True, most=200, help="核对了什么材料，例如：居民身份证原件；毕业生会看到"),),
)

PASSING = Need("passing", "转学校处理", (Field("reason", "说明", Input.LINES, most=300, help="学校和毕业生会看到"),))

REFUSING = Need(
    "refusing",
    "不予更正",
    (Field("reason", "原因", Input.LINES, True, most=300, help="写明为什么、还可以怎样办；毕业生会看到"),),
)

