"""What people answer to the forms, by form; the persons and employers are invented."""

from __future__ import annotations

from datetime import date, timedelta

from wangqian.codes import uscc

TERMS = {
    "job_category": "11",
    "job_title": "研究员",
    "work_place": "北京市海淀区",
    "trial": "3",
    "trial_pay": "9000",
    "pay": "12000",
    "damages": "5000",
    "report_place": "北京市海淀区中关村大街 1 号",
    "report_by": "2027-07-15",
    "hukou": "no",
    "dossier_receipt": "employer",
    "contact": "张三",
    "contact_mobile": "13900001111",
    "contact_email": "hr@example.com",
    "valid_days": "7",
}
UNIT = {
    "employer_name": "长风零部件厂",
    "employer_uscc": uscc.make("91430100", 777),
    "nature": "39",
    "industry": "22",
    "region": "430104",
    "address": "岳麓大道 1 号",
    "contact": "钱主任",
    "contact_mobile": "13900002222",
    "contact_email": "hr@changfeng.example",
}
DOSSIER = {
    "hukou": "no",
    "dossier_receipt": "agent",
    "dossier_unit": "长沙市人才服务中心",
    "dossier_address": "长沙市芙蓉区 2 号",
    "dossier_contact": "孙老师",
    "dossier_phone": "0731-88880000",
}
POST = {"job_category": "13", "job_title": "工艺工程师"}
OFFLINE = {**UNIT, **POST, **DOSSIER, "pay": "8000", "damages": "3000", "report_by": "2027-07-15"}
SCHOOL = {
    "school_name": "中部大学",
    "level": "master",
    "study_major": "机械工程",
    "school_region": "420106",
    "dossier_taken": "no",
}
PLAN = {"plan": "正在参加面试"}
# Answers to the forms of flow 6, by type.
DESTINATIONS: dict[str, dict[str, str]] = {
    "postgraduate": SCHOOL,
    "contract": {**UNIT, **POST, **DOSSIER},
    "freelance": {"work": "翻译", "work_region": "430104"},
    "entrusted": {**UNIT, **POST, **DOSSIER},
    "looking": {"kind": "70-01", **PLAN},
}
VERIFIED = {"by": "phone", "whom": "人事部钱主任", "on": str(date.today() - timedelta(days=1))}
TERMINATION = {"reason": "05", "explanation": "双方协商一致"}
# What the school's register says of a graduate.
ENROLLED = {
    "sex": "1",
    "sex_name": "男",
    "ethnicity_name": "汉族",
    "political_status_name": "共青团员",
    "education": "31",
    "education_name": "本科生毕业",
    "major": "计算机科学与技术",
    "training_mode": "1",
    "training_mode_name": "非定向",
    "years": "4",
    "email": "g@example.com",
}
