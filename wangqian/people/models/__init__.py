"""The tables of the people layer."""

from wangqian.people.models.access import AccessLog, Throttle
from wangqian.people.models.employer import Employer, EmployerDossier, Favourite
from wangqian.people.models.graduate import Graduate, PersonKey, Status
from wangqian.people.models.membership import PARTY_OF, Actor, Capacity, Membership
from wangqian.people.models.school import Cohort, College, School, SchoolProfile
from wangqian.people.models.user import User

__all__ = [
    "PARTY_OF",
    "AccessLog",
    "Actor",
    "Capacity",
    "Cohort",
    "College",
    "Employer",
    "EmployerDossier",
    "Favourite",
    "Graduate",
    "Membership",
    "PersonKey",
    "School",
    "SchoolProfile",
    "Status",
    "Throttle",
    "User",
]
