"""The vendors of SMS and WeChat, as the tests of messages have them."""

from tests.notices.conftest import vendors, wechat

__all__ = ["vendors", "wechat"]
