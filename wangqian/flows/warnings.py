"""What a reviewer should notice before approving (codes.md §11): computed, shown, never a refusal by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event, Evidence
from wangqian.codes.nature import doubt
from wangqian.flows.links import case_links
from wangqian.flows.models import Contact, OfflineTerms, PaperTerms
from wangqian.people.clock import now
from wangqian.people.identity import keyed, masked_phone
from wangqian.people.models import Employer, User
from wangqian.people.vault import index_of

MANY, BURST, WEEK = 3, 10, timedelta(days=7)
FLEXIBLE = ("freelance", "employed")  # 76, 12

Warn = Callable[[Case, dict[str, Any]], Iterator[str]]


def warnings(case: Case, content: dict[str, Any]) -> list[str]:
    """Sentences about this submission, in order of weight."""
    terms = content.get("terms", {})
    return [sentence for rule in RULES for sentence in rule(case, terms)]


def own_phone(case: Case, terms: dict[str, Any]) -> Iterator[str]:
    graduate = case.graduate
    mobile = terms.get("contact_mobile")
    if graduate and mobile and mobile in (graduate.phone, graduate.home_phone):
        yield _("单位联系人的手机就是毕业生本人或家庭登记的电话。")
    elif mobile and User.objects.filter(phone_index=index_of("phone", mobile), memberships__kind="graduate").exists():
        yield _("单位联系人的手机是另一名毕业生登记的手机。")


def many_units(case: Case, terms: dict[str, Any]) -> Iterator[str]:
    """One phone that answers for many employers."""
    if mobile := terms.get("contact_mobile"):
        units = Contact.objects.filter(index=keyed("contact", mobile)).values("uscc").distinct().count()
        if units >= MANY:
            yield _("同一个联系人手机出现在 %(count)d 家不同单位的登记中。") % {"count": units}


def unknown_unit(case: Case, terms: dict[str, Any]) -> Iterator[str]:
    """A name that differs from the one known for the code; a code nobody has stated before."""
    code, name = terms.get("employer_uscc"), terms.get("employer_name")
    if not code:
        return
    known = set(Employer.objects.filter(uscc=code).values_list("name", flat=True))
    for model in (OfflineTerms, PaperTerms):
        others = model._default_manager.filter(employer_uscc=code).exclude(terms__case=case)
        known |= set(others.values_list("employer_name", flat=True)[:20])
    if not known:
        yield _("平台第一次见到这家单位，请电话核实。")
    elif name not in known:
        yield _("这个信用代码以前登记的单位名称是：%(names)s。") % {"names": "、".join(sorted(known)[:3])}


def unlikely_nature(case: Case, terms: dict[str, Any]) -> Iterator[str]:
    if terms.get("employer_uscc") and (sentence := doubt(terms["employer_uscc"], terms.get("nature", ""))):
        yield sentence


def same_scan(case: Case, _terms: dict[str, Any]) -> Iterator[str]:
    mine = list(case.evidence.filter(dropped_at=None).values_list("sha256", flat=True))
    others = Evidence.objects.filter(sha256__in=mine).exclude(case=case).exclude(state="refused")
    if mine and (count := others.values("case").distinct().count()):
        yield _("上传的文件与另外 %(count)d 个事项中的完全相同。") % {"count": count}


def unread_pages(case: Case, _terms: dict[str, Any]) -> Iterator[str]:
    handed = Event.objects.filter(case=case, step__in=["hand_in", "receive"]).order_by("-number").first()
    if handed is None or case.state != "stamped_review":
        return
    if pages := handed.data.get("unread"):
        yield _("第 %(pages)s 页没有读到二维码，请对照协议书编号和内容核对。") % {"pages": "、".join(map(str, pages))}
    used = [link for link in case_links(case.pk) if link.used_at]
    if handed.step == "receive" and used:
        yield _("图像由 %(phone)s 通过短信链接上传，平台没有核验上传人的身份。") % {"phone": masked_phone(used[0].mobile)}


def burst(case: Case, _terms: dict[str, Any]) -> Iterator[str]:
    """Many flexible jobs from one college within a week."""
    if case.topic in FLEXIBLE:
        lately = Case.objects.filter(college=case.college_id, topic__in=FLEXIBLE, opened_at__gt=now() - WEEK)
        if (count := lately.count()) >= BURST:
            yield _("本院系一周内有 %(count)d 人登记灵活就业或自由职业，请重点核实。") % {"count": count}


RULES: tuple[Warn, ...] = (own_phone, many_units, unknown_unit, unlikely_nature, same_scan, unread_pages, burst)
