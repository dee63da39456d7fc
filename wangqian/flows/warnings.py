"""What a reviewer should notice before approving (codes.md §11): computed, shown, never a refusal by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event
from wangqian.codes.nature import doubt
from wangqian.codes.table import table
from wangqian.flows.contacts import of_phone
from wangqian.flows.known import FLEXIBLE, MANY, Known, Submission
from wangqian.people.identity import masked_phone

BURST = 10
Warn = Callable[[Submission, Known], Iterator[str]]


def warnings(case: Case, content: dict[str, Any]) -> list[str]:
    """Sentences about this submission, in order of weight."""
    return warnings_of([(case, content)])[0]


def warnings_of(reviewed: Iterable[tuple[Case, dict[str, Any]]]) -> list[list[str]]:
    """The same of many, each with its content, for as many queries as of one."""
    submissions = [Submission(case, content.get("terms", {})) for case, content in reviewed]
    known = Known(submissions)
    return [[sentence for rule in RULES for sentence in rule(of, known)] for of in submissions]


def own_phone(of: Submission, known: Known) -> Iterator[str]:
    graduate = of.case.graduate
    if graduate is None:
        return
    for mobile, which in of.phones.items():
        if mobile in (graduate.phone, graduate.home_phone) or graduate.pk in known.owners[mobile]:
            yield _("%(which)s就是毕业生本人或家庭登记的电话。") % {"which": which}
        elif known.owners[mobile]:
            yield _("%(which)s是另一名毕业生登记的手机。") % {"which": which}


def many_units(of: Submission, known: Known) -> Iterator[str]:
    """One phone that answers for many employers."""
    answering = {which: known.units.get(of_phone(mobile), 0) for mobile, which in of.phones.items()}
    for which, units in sorted(answering.items(), key=lambda one: -one[1]):
        if units >= MANY:
            yield _("%(which)s出现在 %(count)d 家不同单位的登记中。") % {"which": which, "count": units}


def cluster(of: Submission, known: Known) -> Iterator[str]:
    """Several firms at one door, none of them certified, each with a graduate or two: what is set up to sell seals looks like this."""
    tiny = known.firms.get(of.address, set())
    tiny = tiny - known.certified if len(tiny) >= MANY else set()
    if len(tiny) >= MANY and of.terms["employer_uscc"] in tiny:
        yield _("同一地址登记了 %(count)d 家没有在平台认证的单位，每家只有一两名毕业生，请核实单位是否真实用人。") % {"count": len(tiny)}


def unknown_unit(of: Submission, known: Known) -> Iterator[str]:
    """A name that differs from the one known for the code; a code that nobody else has stated before."""
    if not of.terms.get("employer_uscc"):
        return
    if not (names := by_others(of, known)):
        yield _("平台第一次见到这家单位，请电话核实。")
    elif of.terms.get("employer_name") not in names:
        yield _("这个信用代码以前登记的单位名称是：%(names)s。") % {"names": "、".join(sorted(names)[:3])}


def by_others(of: Submission, known: Known) -> set[str]:
    """What the employer of this code is called by anybody but this graduate."""
    return {name for name, whose in known.names[of.terms["employer_uscc"]] if whose != of.case.graduate_id}


def first_seen(case: Case, content: dict[str, Any]) -> bool:
    """Whether the platform knows nothing of this employer but what is stated here."""
    of = Submission(case, content.get("terms", {}))
    return bool(of.terms.get("employer_uscc")) and not by_others(of, Known([of]))


def unlikely_nature(of: Submission, known: Known) -> Iterator[str]:
    if of.terms.get("employer_uscc") and (sentence := doubt(of.terms["employer_uscc"], of.terms.get("nature", ""))):
        yield sentence


def vague_job(of: Submission, known: Known) -> Iterator[str]:
    job = table("job_category").get(of.terms.get("job_category", ""))
    if job and job.extra["warn"] == "yes":
        yield _("职位类别为“%(name)s”，请核对有没有更合适的类别。") % {"name": job.name}


def same_scan(of: Submission, known: Known) -> Iterator[str]:
    """A file that another graduate handed in, too; what he himself used before is his own paper."""
    handed = (one for sha256 in known.scans[of.case.pk] for one in known.handed_in[sha256])
    if count := len({case for case, whose in handed if whose != of.case.graduate_id}):
        yield _("上传的文件与另外 %(count)d 个事项中的完全相同。") % {"count": count}


def unread_pages(of: Submission, known: Known) -> Iterator[str]:
    if of.case.state != "stamped_review":
        return
    handed = Event.objects.filter(case=of.case, step__in=["hand_in", "receive"]).order_by("-number").first()
    if handed is None:
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


def burst(of: Submission, known: Known) -> Iterator[str]:
    """Many flexible jobs from one college within a week."""
    if of.case.topic in FLEXIBLE and (count := known.lately.get(of.case.college_id, 0)) >= BURST:
        yield _("本院系一周内有 %(count)d 人登记灵活就业或自由职业，请重点核实。") % {"count": count}


RULES: tuple[Warn, ...] = (
    own_phone, many_units, cluster, unknown_unit, unlikely_nature, vague_job, same_scan, unread_pages, burst,
)  # fmt: skip
