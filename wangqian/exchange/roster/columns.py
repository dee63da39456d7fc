"""The columns of a roster: the first 44 of the national file (codes.md §7) and the document's kind.

`key` is the pinyin header; `label` its official Chinese one; `names` are other headers seen in schools' own files. `field` is
the column of `Graduate`; a pair (`xldm`, `xl`) fills one code field and its name, from either or both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext_noop

CLEAR = "[清空]"  # the only content that erases: a blank cell never does


@dataclass(frozen=True)
class Column:
    """`kind` names the function of roster/clean.py, or "code" / "name" of the table `table`."""

    key: str
    label: str
    names: tuple[str, ...] = ()
    field: str = ""
    kind: str = "text"
    table: str = ""
    required: bool = False
    unique: bool = False  # nearly every row another value: not worth remembering what it was cleaned to


def column(key: str, label: str, names: str = "", field: str = "", kind: str = "text", **more: object) -> Column:
    return Column(key, label, tuple(names.split()), field, kind, **more)  # type: ignore[arg-type]


def pair(
    key: str, label: str, field: str, names: str = "", *, table: str = "", required: bool = False
) -> tuple[Column, Column]:
    """The code column `…dm` and the name column of one coded field."""
    table = table or field
    spelled = tuple(names.split())
    coded = tuple(f"{name}代码" for name in spelled)
    # 学历 alone may hold a code or a name: the name column accepts both, so it is the one asked for.
    return (
        Column(f"{key}dm", f"{label}代码", (*coded, f"{label}码"), field, "code", table),
        Column(key, label, spelled, f"{field}_name", "name", table, required),
    )


COLUMNS: tuple[Column, ...] = (
    column("ksh", gettext_noop("考生号"), "高考考生号 准考证号", "exam_number", "number", unique=True),
    column(
        "sfzh",
        gettext_noop("身份证号"),
        "证件号 证件号码 身份证号码 身份证件号 身份证件号码 公民身份号码 居民身份证号",
        "identity",
        "identity",
        required=True,
        unique=True,
    ),
    column("xm", gettext_noop("姓名"), "学生姓名 毕业生姓名", "name", "name", required=True, unique=True),
    *pair("xb", gettext_noop("性别"), "sex"),
    *pair("mz", gettext_noop("民族"), "ethnicity"),
    *pair("zzmm", gettext_noop("政治面貌"), "political_status"),
    column("yxdm", gettext_noop("院校代码"), "学校代码 院校代号", "", "school_code"),
    column("yxmc", gettext_noop("院校名称"), "学校名称 毕业院校 学校 院校", "", "school_name"),
    column("fxmc", gettext_noop("分校名称"), "分校 校区", "branch"),
    *pair("xl", gettext_noop("学历"), "education", "学历层次 培养层次 层次", required=True),
    column("zydm", gettext_noop("专业代码"), "", "major_code", "major_code"),
    column("zy", gettext_noop("专业"), "专业名称 所学专业", "major", required=True),
    column("zyfx", gettext_noop("专业方向"), "方向", "major_direction"),
    *pair("pyfs", gettext_noop("培养方式"), "training_mode", "培养类型", required=True),
    column(
        "dxhwpdw",
        gettext_noop("定向或委培单位"),
        "定向委培单位 定向单位 委培单位 定向/委培单位 定向或委培单位名称",
        "entrusting_unit",
    ),
    column("syszddm", gettext_noop("生源所在地代码"), "生源地代码 生源代码", "origin", "region"),
    column("syszd", gettext_noop("生源所在地"), "生源地 生源地名称 生源", "origin_name"),
    column("cxsy", gettext_noop("城乡生源"), "城乡 生源城乡", "urban_rural", "urban_rural"),
    column("xz", gettext_noop("学制"), "学制年 修业年限", "years", "years"),
    column("rxsj", gettext_noop("入学时间"), "入学日期 入学年月", "enrolled_on", "day"),
    column(
        "bysj", gettext_noop("毕业时间"), "毕业日期 预计毕业日期 预计毕业时间 毕业年月 毕业年份", "graduates_on", "day"
    ),
    *pair("sfslb", gettext_noop("师范生类别"), "teacher_training", "师范生 师范类别"),
    *pair("knslb", gettext_noop("困难生类别"), "hardship", "困难生 困难类别"),
    column(
        "szyx",
        gettext_noop("所在院系"),
        "院系 学院 院系名称 学院名称 所在学院 二级学院 系 院（系）",
        "college",
        "college",
        required=True,
    ),
    column("szbj", gettext_noop("所在班级"), "班级 班级名称 行政班", "klass"),
    column("xh", gettext_noop("学号"), "学生学号 学籍号", "student_number", "number", unique=True),
    column("csrq", gettext_noop("出生日期"), "出生年月 出生年月日 生日", "born_on", "day"),
    column("rxqdaszdw", gettext_noop("入学前档案所在单位"), "入学前档案单位", "former_dossier"),
    column("rxqhkszdpcs", gettext_noop("入学前户口所在地派出所"), "入学前户口派出所", "former_police"),
    column("hksfzrxx", gettext_noop("户口是否转入学校"), "户口转入学校 户口是否在校", "hukou_moved", "yes_no"),
    column("dasfzrxx", gettext_noop("档案是否转入学校"), "档案转入学校 档案是否在校", "dossier_moved", "yes_no"),
    column(
        "mobilephone",
        gettext_noop("手机号码"),
        "手机号 手机 移动电话 联系手机 本人手机 联系电话",
        "phone",
        "mobile",
        unique=True,
    ),
    column("email", gettext_noop("电子邮箱"), "邮箱 电子邮件 e-mail 电子信箱", "email", "email", unique=True),
    column("qq", gettext_noop("QQ"), "qq号 qq号码", "qq", "qq", unique=True),
    column("jtdz", gettext_noop("家庭住址"), "家庭地址 通讯地址 家庭通讯地址", "home_address", unique=True),
    column("jtdh", gettext_noop("家庭电话"), "家庭联系电话 家长电话", "home_phone", "phone", unique=True),
    column("jtyb", gettext_noop("家庭邮编"), "邮编 邮政编码 家庭邮政编码", "home_postcode", "postcode"),
    column("zjlx", gettext_noop("证件类型"), "证件类别 身份证件类型", "identity_kind", "document_kind"),
)
BY_KEY = {column.key: column for column in COLUMNS}
BY_FIELD = {column.field: column for column in COLUMNS if column.field}
NATIONAL = COLUMNS[:44]
PAIRS = {name.key: code for code, name in pairwise(COLUMNS) if code.kind == "code"}
REQUIRED = tuple(column for column in COLUMNS if column.required)
# Editing these asks the graduate for 核对 again (flows.md §0, Graduate's facts).
WATCHED = frozenset({"name", "identity", "education", "major", "training_mode"})
