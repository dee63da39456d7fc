"""What a reviewer should notice before approving (codes.md §11): computed, shown, never a refusal by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event, Evidence
from wangqian.codes.nature import doubt
from wangqian.codes.table import table
from wangqian.flows.contacts import of_address, of_phone
from wangqian.flows.links import case_links
from wangqian.flows.models import Contact, DestinationTerms, Link, OfflineTerms, PaperTerms
from wangqian.people.clock import now
from wangqian.people.identity import masked_phone
from wangqian.people.models import Employer, User
from wangqian.people.vault import index_of

MANY, BURST, WEEK = 3, 10, timedelta(days=7)
TINY, LOOKED_AT = 2, 200  # graduates of a tiny firm; how many entries of one address are looked at
FLEXIBLE = ("freelance", "employed")  # 76, 12
NEVER_SENT = ("draft", "cancelled")


@dataclass
class Submission:
    """What is under review, and who answers for the employer."""

    case: Case
    terms: dict[str, Any]

    @cached_property
    def links(self) -> list[Link]:
        """By which the stamped paper could be handed in, the newest first."""
        return case_links(self.case.pk) if self.case.state == "stamped_review" else []

    @cached_property
    def phones(self) -> dict[str, str]:
        """The contact's, and those that a link was sent to: each with what it is."""
        found = {link.mobile: _("协助回传的短信发到的手机") for link in self.links}
        contact = self.terms.get("contact_mobile")
        return found | ({contact: _("单位联系人的手机")} if contact else {})


Warn = Callable[[Submission], Iterator[str]]


def warnings(case: Case, content: dict[str, Any]) -> list[str]:
    """Sentences about this submission, in order of weight."""
    submission = Submission(case, content.get("terms", {}))
    return [sentence for rule in RULES for sentence in rule(submission)]


def own_phone(of: Submission) -> Iterator[str]:
    graduate = of.case.graduate
    answering = of.phones
    if not graduate or not answering:
        return
    indexes = {index_of("phone", mobile): mobile for mobile in answering}
    accounts = User.objects.filter(phone_index__in=indexes, memberships__kind="graduate")
    owners: dict[str, set[UUID | None]] = defaultdict(set)
    for index, owner in accounts.values_list("phone_index", "memberships__graduate"):
        owners[indexes[bytes(index)]].add(owner)
    for mobile, which in answering.items():
        if mobile in (graduate.phone, graduate.home_phone) or graduate.pk in owners[mobile]:
            yield _("%(which)s就是毕业生本人或家庭登记的电话。") % {"which": which}
        elif owners[mobile]:
            yield _("%(which)s是另一名毕业生登记的手机。") % {"which": which}


def many_units(of: Submission) -> Iterator[str]:
    """One phone that answers for many employers."""
    answering = {of_phone(mobile): which for mobile, which in of.phones.items()}
    if answering:
        kept = Contact.objects.filter(index__in=answering).values("index").annotate(units=Count("uscc", distinct=True))
        for index, units in kept.filter(units__gte=MANY).order_by("-units").values_list("index", "units"):
            yield _("%(which)s出现在 %(count)d 家不同单位的登记中。") % {"which": answering[index], "count": units}


def cluster(of: Submission) -> Iterator[str]:
    """Several firms at one door, none of them certified, each with a graduate or two: what is set up to sell seals looks like this."""
    address = of_address(of.terms)
    if not address:
        return
    graduates: dict[str, set[UUID | None]] = defaultdict(set)
    for uscc, graduate in Contact.objects.filter(index=address).values_list("uscc", "case__graduate")[:LOOKED_AT]:
        graduates[uscc].add(graduate)
    tiny = {uscc for uscc, whose in graduates.items() if len(whose) <= TINY}
    if len(tiny) < MANY:
        return
    tiny -= set(Employer.objects.filter(uscc__in=tiny, certified_at__isnull=False, suspended_at=None).values_list("uscc", flat=True))
    if len(tiny) >= MANY and of.terms["employer_uscc"] in tiny:
        yield _("同一地址登记了 %(count)d 家没有在平台认证的单位，每家只有一两名毕业生，请核实单位是否真实用人。") % {"count": len(tiny)}


def unknown_unit(of: Submission) -> Iterator[str]:
    """A name that differs from the one known for the code; a code that nobody else has stated before."""
    code, name = of.terms.get("employer_uscc"), of.terms.get("employer_name")
    if not code:
        return
    known = set(Employer.objects.filter(uscc=code).values_list("name", flat=True))
    for model in (OfflineTerms, PaperTerms, DestinationTerms):
        others = model._default_manager.filter(employer_uscc=code).exclude(terms__case__graduate=of.case.graduate_id)
        known |= set(others.values_list("employer_name", flat=True)[:20])
    if not known:
        yield _("平台第一次见到这家单位，请电话核实。")
    elif name not in known:
        yield _("这个信用代码以前登记的单位名称是：%(names)s。") % {"names": "、".join(sorted(known)[:3])}


def unlikely_nature(of: Submission) -> Iterator[str]:
    if of.terms.get("employer_uscc") and (sentence := doubt(of.terms["employer_uscc"], of.terms.get("nature", ""))):
        yield sentence


def vague_job(of: Submission) -> Iterator[str]:
    job = table("job_category").get(of.terms.get("job_category", ""))
    if job and job.extra["warn"] == "yes":
        yield _("职位类别为“%(name)s”，请核对有没有更合适的类别。") % {"name": job.name}


def same_scan(of: Submission) -> Iterator[str]:
    """A file that another graduate handed in, too; what he himself used before is his own paper."""
    mine = list(of.case.evidence.filter(dropped_at=None).values_list("sha256", flat=True))
    others = Evidence.objects.filter(sha256__in=mine, bound_at__isnull=False).exclude(case__graduate=of.case.graduate_id)
    if mine and (count := others.values("case").distinct().count()):
        yield _("上传的文件与另外 %(count)d 个事项中的完全相同。") % {"count": count}


def unread_pages(of: Submission) -> Iterator[str]:
    handed = Event.objects.filter(case=of.case, step__in=["hand_in", "receive"]).order_by("-number").first()
    if handed is None or of.case.state != "stamped_review":
        return
    if pages := handed.data.get("unread"):
        yield _("第 %(pages)s 页没有读到二维码，请对照协议书编号和内容核对。") % {"pages": "、".join(map(str, pages))}
    if "images" in handed.data:
        yield _("协议书共 %(pages)d 页，只收到 %(images)d 页图像，请核对是否缺页。") % handed.data
    used = [link for link in of.links if link.used_at]
    if handed.step == "receive" and used:
        yield _("图像由 %(phone)s 通过短信链接上传，平台没有核验上传人的身份。") % {"phone": masked_phone(used[0].mobile)}
        if used[0].mobile != of.terms.get("contact_mobile"):
            yield _("这个手机不是登记的单位联系人的手机。")


def burst(of: Submission) -> Iterator[str]:
    """Many flexible jobs from one college within a week."""
    if of.case.topic in FLEXIBLE:
        lately = Case.objects.filter(college=of.case.college_id, topic__in=FLEXIBLE, opened_at__gt=now() - WEEK)
        if (count := lately.exclude(state__in=NEVER_SENT).values("graduate").distinct().count()) >= BURST:
            yield _("本院系一周内有 %(count)d 人登记灵活就业或自由职业，请重点核实。") % {"count": count}


RULES: tuple[Warn, ...] = (
    own_phone, many_units, cluster, unknown_unit, unlikely_nature, vague_job, same_scan, unread_pages, burst,
)  # fmt: skip
