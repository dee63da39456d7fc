"""The school's pages, by the names under which `urls.py` and `home.py` know them."""

from wangqian.web.school_batch import batch, batch_confirm
from wangqian.web.school_cases import cases
from wangqian.web.school_checked import confirm
from wangqian.web.school_done import desk
from wangqian.web.school_edit import edit, status, withdraw
from wangqian.web.school_graduate import changes, graduate
from wangqian.web.school_graduates import graduates
from wangqian.web.school_identity import identity
from wangqian.web.school_profile import profile

__all__ = [
    "batch",
    "batch_confirm",
    "cases",
    "changes",
    "confirm",
    "desk",
    "edit",
    "graduate",
    "graduates",
    "identity",
    "profile",
    "status",
    "withdraw",
]
