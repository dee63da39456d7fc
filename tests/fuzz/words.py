"""What nobody types by mistake, and what people do: values for every field, query and address."""

from __future__ import annotations

import random

from django.core.files.uploadedfile import SimpleUploadedFile

NAUGHTY = (
    "", " ", "\t\r\n", "\x00", "a\x00b", "\x1b[31m", "\u202e曹文公\u2066", "\ufeff", "\u200b", "é" * 3, "🧑\u200d🎓", "𠮷野家", "\ue000",
    "null", "None", "undefined", "NaN", "Infinity", "-Infinity", "true", "on", "[]", "{}", '{"a":1}', "0", "-1", "1e309", "1e-400",
    "９９９", "٣", "1,000", "0x1F", "9" * 400, "-" + "9" * 30, "1.7976931348623157e308", "0000-00-00", "9999-12-31", "10000-01-01",
    "2027-02-30", "2027-13-01", "27-1-1", "2027-06-30T24:00:00", "' OR '1'='1", "'; DROP TABLE cases_case; --", "\\", "%s%n", "%00",
    "{{7*7}}", "{% include 'x' %}", "${jndi:ldap://x}", "<script>alert(1)</script>", "javascript:alert(1)", "../../../../etc/passwd",
    "..%2f..%2f", "http://127.0.0.1:1/", "//evil.example", "=1+1", "@SUM(A1)", "＝1+1", "+86 138 0000 0000", "13800000000 ",
    "１３８００００００００",
    "430102200405010018", "43010220040501001X", "430102200405010018" * 9, "a@b", "a@" + "b" * 300 + ".com", "曹" * 64, "曹" * 65,
    "曹" * 5000,
    "00000000-0000-0000-0000-000000000000", "01900000-0000-7000-8000-00000000000", "A" * 100_000, "\n" * 2000, "a,b;c|d", "\ud7ff",
    "K7MPX-2Q9RA",
)  # fmt: skip
PATHS = tuple(word for word in NAUGHTY if word and "/" not in word and "\x00" not in word and len(word) < 400)
RAW = (
    ("application/x-www-form-urlencoded", b"%"),
    ("application/x-www-form-urlencoded", b"a=%ED%A0%80&b=%FF"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=b"),
    ("application/x-www-form-urlencoded; charset=no-such", b"a=b"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(3000))),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"\x00" * 100),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a"\r\n\r\nx\r\n--x--\r\n'),
    ("application/json", b'{"a": [1, {"b": null}]}'),
    ("application/json", b"[" * 5000),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("no type at all", b"\xff\xfe"),
)
FILES = (
    b"", b"\x00" * 10, b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\x00" * 30, "姓名,学号\n曹文公,1\n".encode(), "姓名\n".encode("gbk"),
    b"\xff\xfe=\x001\x00", b"a" * 300_000, b"\x89PNG\r\n\x1a\n", b"<svg onload=alert(1)>",
)  # fmt: skip
FILE_NAMES = ("a.xlsx", "a.csv", "a.pdf", "../a.csv", "a", "曹" * 100 + ".xlsx", "a.csv\x00.pdf", "CON.csv", ".csv")
HEADERS = (
    {}, {}, {}, {"HTTP_ACCEPT_LANGUAGE": "x" * 3000}, {"HTTP_REFERER": "http://evil.example/\xff"}, {"HTTP_USER_AGENT": "\x00\xff" * 200},
    {"HTTP_X_FORWARDED_FOR": "'; --"}, {"HTTP_COOKIE": "a=b; sessionid=\xff\xfe; device=x"}, {"HTTP_HX_REQUEST": "true"},
    {"HTTP_IF_NONE_MATCH": "\"" * 500}, {"HTTP_RANGE": "bytes=9-1"}, {"HTTP_ACCEPT": "*/;q=x"},
)  # fmt: skip

# The columns of what the SMS providers push, by route, each with a value that is right.
REPORTED: dict[str, dict[str, object]] = {
    "receipts-aliyun": {"biz_id": "900619746936498440^0", "success": True, "err_code": "DELIVERED", "out_id": "", "phone_number": ""},
    "receipts-tencent": {"sid": "8:xpEkB4h1z1", "report_status": "SUCCESS", "errmsg": "DELIVRD", "mobile": ""},
}
JSON = (None, True, False, 0, -1, 1e308, 10**30, [], {}, [[]], {"a": None}, "2027-06-30 24:00:00", "1" * 36, "SUCCESS", "FAIL")


def word(chance: random.Random) -> str:
    return chance.choice(NAUGHTY)


def value(chance: random.Random) -> object:
    """A field's value: a word, seldom several, seldom a file."""
    kind = chance.random()
    if kind < 0.85:
        return word(chance)
    if kind < 0.93:
        return [word(chance) for _ in range(chance.randint(0, 40))]
    return upload(chance)


def upload(chance: random.Random) -> SimpleUploadedFile:
    return SimpleUploadedFile(chance.choice(FILE_NAMES) or "a", chance.choice(FILES), "application/octet-stream")


def report(chance: random.Random, route: str) -> dict[str, object]:
    """A row of what a machine reports: half of its cells are right."""
    return {name: right if chance.random() < 0.5 else chance.choice((*JSON, word(chance))) for name, right in REPORTED[route].items()}
