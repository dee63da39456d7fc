"""The tables of the people layer."""

from wangqian.people.models.access import AccessLog, Throttle
from wangqian.people.models.change import GraduateChange
from wangqian.people.models.edition import CodeEdition
from wangqian.people.models.employer import Employer, EmployerDossier, Favourite
from wangqian.people.models.graduate import PRIVATE, Graduate, PersonKey, Status
from wangqian.people.models.kept import KeptKey
from wangqian.people.models.knock import Knock, OldPassword
from wangqian.people.models.meeting import MeetingCode
from wangqian.people.models.membership import PARTY_OF, Actor, Capacity, Membership, MembershipChange
from wangqian.people.models.outside import OutsideLink, WechatLink, WechatScan
from wangqian.people.models.reset import FactorReset
from wangqian.people.models.school import Cohort, College, School, SchoolProfile
from wangqian.people.models.staff import CounsellorClass, SchoolChange
from wangqian.people.models.support import SUPPORT, Contact, Support
from wangqian.people.models.user import User

__all__ = [
    "PARTY_OF",
    "PRIVATE",
    "SUPPORT",
    "AccessLog",
    "Actor",
    "Capacity",
    "CodeEdition",
    "Cohort",
    "College",
    "Contact",
    "CounsellorClass",
    "Employer",
    "EmployerDossier",
    "FactorReset",
    "Favourite",
    "Graduate",
    "GraduateChange",
    "KeptKey",
    "Knock",
    "MeetingCode",
    "Membership",
    "MembershipChange",
    "OldPassword",
    "OutsideLink",
    "PersonKey",
    "School",
    "SchoolChange",
    "SchoolProfile",
    "Status",
    "Support",
    "Throttle",
    "User",
    "WechatLink",
    "WechatScan",
]
