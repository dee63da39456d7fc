"""单位性质 against the credit code: 11 → 10; 12 → 20–29; 54 → 55; 91 → 31, 32, 39; 92, 93 → 39; others say nothing."""

import pytest

from wangqian.codes.nature import doubt
from wangqian.codes.table import table

FITS = {
    "11": {"10"},
    "12": {"20", "21", "22", "23", "25", "29"},
    "54": {"55"},
    "91": {"31", "32", "35", "39"},
    "92": {"39"},
    "93": {"39"},
}
SILENT = ("13", "31", "51", "52", "53", "55", "59", "N2", "A1", "Y1", "G1", "")


@pytest.mark.parametrize("prefix", FITS)
def test_every_nature_against_every_prefix(prefix: str) -> None:
    found = {row.code for row in table("employer_nature") if not doubt(f"{prefix}370214MA3D2M2T5C", row.code)}
    assert found == FITS[prefix]


@pytest.mark.parametrize("prefix", SILENT)
def test_prefixes_without_a_rule_are_never_doubted(prefix: str) -> None:
    assert {doubt(f"{prefix}350100M000100Y43", row.code) for row in table("employer_nature")} == {""}


def test_the_sentence_names_what_is_usual_today() -> None:
    assert doubt("12330203MA3D2M2T5C", "31") == (
        "信用代码以 12 开头的单位，性质一般是：科研设计单位、高等教育单位、中初教育单位、医疗卫生单位、其他事业单位。请核对"
    )
    assert doubt("91370214MA3D2M2T5C", "nothing") == ""
