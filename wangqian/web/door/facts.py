"""Who activates: the facts he names, and what his session remembers until the account is his."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.flows import activating
from wangqian.notices import deliver
from wangqian.people.models import Graduate
from wangqian.web import challenge
from wangqian.web.employer_search import SearchForm

KEY, PURPOSE = "activation", "activate"
UNCONNECTED = gettext_noop("本站还没有接通短信，暂时不能激活账号，请联系学校就业部门。")


@dataclass
class Trying:
    """What the (sealed) session remembers of an activation under way. `graduate` is "" where the facts fitted nobody."""

    target: str  # what was typed, for the limits
    knock: str = ""
    graduate: str = ""
    proven: bool = False
    slip: str = ""  # its code, spent when the code sent to `phone` comes back
    phone: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Trying | None:
        kept = request.session.get(KEY)
        return cls(**kept) if kept else None

    def keep(self, request: HttpRequest) -> None:
        request.session[KEY] = asdict(self)


def graduate_of(trying: Trying) -> Graduate | None:
    rows = Graduate.objects.select_related("school", "person")
    return rows.filter(pk=UUID(trying.graduate)).first() if trying.graduate else None


class FactsForm(challenge.Challenged, SearchForm):
    """Who I am: the same facts, with the same checks at the field, as in an employer's search."""

    purpose = PURPOSE
    field_order = ["school", "name", "kind", "number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].label = _("学校")
        self.fields["name"].label = _("姓名")
        self.order_fields(self.field_order)

    def target(self) -> str:
        given = self.cleaned_data
        return "\0".join((str(given["school"].pk), given["name"], given["number"]))

    def graduate(self) -> Graduate | None:
        given = self.cleaned_data
        return activating.identified(given["name"], given["kind"], given["number"], given["school"].pk)


def reachable() -> None:
    """Nothing is begun, and no slip spent, where no code can be sent."""
    if not deliver.connected("sms"):
        raise Refused(UNCONNECTED)
