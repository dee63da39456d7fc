"""Requests are signed as the vendors publish: their own worked examples, and servers that compute the signature anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.notices.conftest import Vendors
from wangqian.notices.channels import aliyun, tencent
from wangqian.notices.channels.provider import Short
from wangqian.notices.channels.sms import PROVIDERS
from wangqian.notices.models import Reason, Result

pytestmark = pytest.mark.django_db

SHORT = Short("13800001111", "", "01900000-0000-7000-8000-000000000001", "invited", {"employer": "越综合企业", "due": "11 月 23 日 24:00"})


def test_the_worked_example_of_aliyun() -> None:
    """V3 请求结构和签名机制, 固定参数示例."""
    headers = aliyun.signed(
        "ecs.cn-shanghai.aliyuncs.com",
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"},
        datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        "3156853299f313e23d1673dc12e1703d",
        "YourAccessKeyId",
        "YourAccessKeySecret",
        "RunInstances",
        "2014-05-26",
    )
    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_worked_example_of_tencent() -> None:
    """签名方法 v3, 签名示例; the keys are masked with asterisks in the document and are used as they stand there."""
    headers = tencent.signed(
        "cvm.tencentcloudapi.com",
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
        datetime.fromtimestamp(1551113065, UTC),
        "AKID" + 32 * "*",
        32 * "*",
        "cvm",
        "DescribeInstances",
        "2017-03-12",
    )
    assert headers["Authorization"] == (
        f"TC3-HMAC-SHA256 Credential=AKID{32 * '*'}/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


@pytest.mark.parametrize(("name", "phone"), [("aliyun", "13800001111"), ("tencent", "+8613800001111")])
def test_a_signed_message_is_taken_as_it_was_meant(vendors: Vendors, name: str, phone: str) -> None:
    outcome = PROVIDERS[name]().send(SHORT)
    (taken,) = getattr(vendors, name).taken
    assert (outcome.result, outcome.provider, outcome.reference) == (Result.SUBMITTED, name, taken["reference"])
    assert (taken["phone"], taken["key"]) == (phone, SHORT.key)
    assert taken["text"] == "【示范大学就业】越综合企业邀请您签约，请在 11 月 23 日 24:00 前登录网签平台查看并答复，逾期失效。"


@pytest.mark.parametrize("value", ["a b+c&d=e%20*~'()!/?#", "曹𬭎", "“引号”\"双\"\\", "é ß"])
@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_every_character_is_signed_as_it_arrives(vendors: Vendors, name: str, value: str) -> None:
    short = Short(SHORT.phone, "", SHORT.key, "invited", {"employer": value, "due": "11 月 23 日 24:00"})
    assert PROVIDERS[name]().send(short).result == Result.SUBMITTED
    assert f"】{value}邀请您" in getattr(vendors, name).taken[0]["text"]


@pytest.mark.parametrize(
    ("name", "code"), [("aliyun", "SignatureDoesNotMatch"), ("tencent", "AuthFailure.SignatureFailure")]
)
def test_a_wrong_secret_is_refused_in_the_vendors_words(vendors: Vendors, name: str, code: str) -> None:
    getattr(vendors, name).secret = "another"
    outcome = PROVIDERS[name]().send(SHORT)
    assert (outcome.result, outcome.reason, outcome.words) == (
        Result.FAILED,
        Reason.KEY,
        f"服务商的密钥或权限有问题（{code}）",
    )
    assert getattr(vendors, name).taken == []


def test_a_clock_that_is_wrong_is_refused(vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    for module, code in ((aliyun, "InvalidTimeStamp.Expired"), (tencent, "AuthFailure.SignatureExpire")):
        monkeypatch.setattr(module, "now", lambda: long_ago)
        provider = PROVIDERS[module.__name__.rpartition(".")[2]]()
        assert provider.send(SHORT).words == f"服务商的密钥或权限有问题（{code}）"
