"""What people type or paste → what is stored. Each function raises ValueError with a sentence that never repeats an identity number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from wangqian.codes.table import Code, table
from wangqian.codes.width import half_width

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_DAY = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?)?[年月]?(?: 00:00:00)?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_QQ = re.compile(r"[1-9][0-9]{4,11}")
_DIGIT = re.compile(r"[0-9]")
_PHONE = re.compile(r"[0-9+()\- ,;、/转]{5,30}")
_YEARS = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8"}
_YES = {"是", "1", "Y", "YES", "TRUE", "已转", "已转入", "转入"}
_NO = {"否", "0", "N", "NO", "FALSE", "未转", "未转入", "不转入"}


def visible(text: str) -> str:
    """Refuse control and invisible characters; they come with pasted text and make equal names differ."""
    for place, character in enumerate(text, 1):
        if unicodedata.category(character) in _UNPRINTABLE:
            raise ValueError(_("第%(place)d个字是换行或不可见的字符，请删除") % {"place": place})
    return text


def text(cell: str) -> str:
    return cell


def name(cell: str) -> str:
    if cell.isalpha():
        return cell
    if not any(character.isalpha() for character in cell) or any(character.isdigit() for character in cell):
        raise ValueError(_("姓名应由文字组成，不含数字"))
    return cell


def number(cell: str) -> str:
    """考生号, 学号: letters and digits."""
    if cell.isascii() and cell.isalnum() and len(cell) <= 24:
        return cell.upper()
    plain = half_width(cell)
    if not re.fullmatch(r"[0-9A-Z_.-]{1,24}", plain):
        raise ValueError(_("只能由24位以内的数字和字母组成"))
    return plain


def day(cell: str) -> str:
    """20270701, 2027-07-01, 2027/7/1, 2027年7月, 202707, 2027 → ISO, as exact as written."""
    plain = cell.strip()
    found = _PACKED.fullmatch(plain) or _DAY.fullmatch(plain)
    if found is None:
        raise ValueError(_("日期应写作 20270701、2027-07-01 或 2027年7月"))
    year, month, of_month = (int(part) if part else 0 for part in found.groups())
    try:
        date(year, month or 1, of_month or 1)
    except ValueError:
        raise ValueError(_("没有这样的日期")) from None
    if not 1900 <= year <= 2100:
        raise ValueError(_("年份不合理"))
    parts = [f"{year:04d}", f"{month:02d}" if month else "", f"{of_month:02d}" if of_month else ""]
    return "-".join(part for part in parts if part)


def years(cell: str) -> str:
    """学制: 4, 4年, 四年, 2.5."""
    plain = half_width(cell).removesuffix("制").removesuffix("年")
    plain = _YEARS.get(plain, plain).removesuffix(".0")
    if not re.fullmatch(r"(?:[1-9]|10)(?:\.5)?", plain):
        raise ValueError(_("学制应为年数，如 4 或 2.5"))
    return plain


def yes_no(cell: str) -> str:
    plain = half_width(cell)
    if plain not in _YES | _NO:
        raise ValueError(_("应填“是”或“否”"))
    return "是" if plain in _YES else "否"


def mobile(cell: str) -> str:
    """Mainland numbers as 11 digits, others as + and country code."""
    if _MOBILE.fullmatch(cell):
        return cell
    plain = re.sub(r"[-()]", "", half_width(cell))
    plain = re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", plain)
    if not re.fullmatch(r"1[3-9]\d{9}|\+(?!86)[1-9]\d{6,14}", plain):
        raise ValueError(_("手机号码应为11位数字"))
    return plain


def phone(cell: str) -> str:
    plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    if not _PHONE.fullmatch(plain) or not _DIGIT.search(plain):
        raise ValueError(_("电话号码只能由数字、空格和 + - ( ) 组成"))
    return plain


def email(cell: str) -> str:
    plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    if not _EMAIL.fullmatch(plain):
        raise ValueError(_("邮箱应形如 name@example.com"))
    return plain


def qq(cell: str) -> str:
    plain = cell if cell.isascii() else half_width(cell)
    if not _QQ.fullmatch(plain):
        raise ValueError(_("QQ号应为5至12位数字"))
    return plain


def postcode(cell: str) -> str:
    plain = half_width(cell)
    if not re.fullmatch(r"\d{6}", plain):
        raise ValueError(_("邮政编码应为6位数字"))
    return plain


def major_code(cell: str) -> str:
    plain = half_width(cell)
    if not re.fullmatch(r"[0-9A-Z]{2,12}", plain):
        raise ValueError(_("专业代码应由2至12位数字和字母组成"))
    return plain


def region(cell: str) -> str:
    """Six digits of GB/T 2260. Counties are not looked up: those dissolved since stay valid origins."""
    plain = half_width(cell)
    if not re.fullmatch(r"\d{6}", plain):
        raise ValueError(_("地区代码应为6位数字"))
    if f"{plain[:2]}0000" not in table("province"):
        raise ValueError(_("地区代码前两位不是任何省级行政区的代码"))
    return plain


def urban_rural(cell: str) -> str:
    return code_of("urban_rural", cell).name


def document_kind(cell: str) -> str:
    return code_of("document_kind", cell).code


def code_of(name: str, cell: str) -> Code:
    """The row of a code table meant by a code or a name. Raises ValueError naming the choices when they are few."""
    found = table(name).find(cell)
    if found is not None:
        return found
    choices = table(name).choices()
    if len(choices) > 14:
        raise ValueError(_("“%(cell)s”不在代码表中") % {"cell": cell})
    listed = "、".join(f"{code} {label}" if code.isdigit() else label for code, label in choices)
    raise ValueError(_("“%(cell)s”不在代码表中，应为：%(choices)s") % {"cell": cell, "choices": listed})


def passport(cell: str) -> str:
    """Numbers of documents other than identity cards."""
    plain = half_width(cell)
    if not re.fullmatch(r"[0-9A-Z()-]{5,30}", plain):
        raise ValueError(_("证件号码应由5至30位数字和字母组成"))
    return plain


BY_KIND: dict[str, Callable[[str], str]] = {
    cleaner.__name__: cleaner
    for cleaner in (
        text,
        name,
        number,
        day,
        years,
        yes_no,
        mobile,
        phone,
        email,
        qq,
        postcode,
        major_code,
        region,
        urban_rural,
        document_kind,
    )
}
