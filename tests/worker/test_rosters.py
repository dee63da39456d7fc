"""A roster edit made by the school is told to the graduate, by inbox and SMS, exactly once."""

from __future__ import annotations

import csv
import io

from tests.cast import Cast
from wangqian.exchange.roster import desk
from wangqian.notices.models import Notice
from wangqian.people.models import Graduate
from wangqian.worker import Worker


def sheet(graduate: Graduate, **cells: str) -> bytes:
    row = {
        "学号": graduate.student_number or "",
        "姓名": graduate.name,
        "证件号码": graduate.identity_number(),
        "院系": graduate.college.name,
        "学历": graduate.education_name,
        "专业": graduate.major,
        "培养方式": graduate.training_mode_name,
        **cells,
    }
    out = io.StringIO()
    csv.writer(out).writerows([row.keys(), row.values()])
    return out.getvalue().encode()


def test_an_edit_by_the_school_is_told_once(stage: Cast) -> None:
    graduate = stage.graduate.membership.graduate
    assert graduate
    for _again in range(2):
        file = sheet(graduate, 专业="软件工程")
        job = desk.receive(stage.school_reviewer, stage.school, stage.cohort, "名单.csv", [file])
        Worker().once()
        job.refresh_from_db()
        if job.changed:
            desk.confirm(job, stage.school_reviewer, only_good=False)
            Worker().once()
    assert Graduate.objects.get(pk=graduate.pk).major == "软件工程"
    told = Notice.objects.filter(recipient=stage.graduate.user, template="direct.data_changed")
    assert sorted(told.values_list("channel", flat=True)) == ["email", "inbox", "sms"]
    body = told.get(channel="inbox").body
    assert body.startswith("示范大学更改了您的登记信息：专业")
