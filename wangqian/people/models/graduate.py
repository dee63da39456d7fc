"""生源信息: one person in one cohort of one school, as the roster says."""

from __future__ import annotations

from django.db import models

from wangqian.people import identity
from wangqian.people.ids import new_id
from wangqian.people.models.school import Cohort, College, School
from wangqian.people.names import NameIndex
from wangqian.people.vault import SealedJSON, inside


class PersonKey(models.Model):
    """One wrapped key per person: destroying it erases the person everywhere."""

    index = models.BinaryField(max_length=32, primary_key=True)
    wrapped = models.BinaryField(max_length=128)

    def open(self) -> bytes:
        """The key. Raises `identity.Erased` once it is destroyed."""
        wrapped = bytes(self.wrapped)
        if not wrapped:
            raise identity.Erased
        return identity.unseal(wrapped, self.about(bytes(self.index)))

    def destroy(self) -> None:
        """Erase the person: identity number, texts and notes of his cases. There is no way back."""
        self.wrapped = b""
        self.save(update_fields=["wrapped"])

    @staticmethod
    def about(index: bytes) -> str:
        return f"person_key:{index.hex()}"

    @staticmethod
    def wrap(index: bytes, key: bytes) -> bytes:
        return identity.seal(key, PersonKey.about(index))


class Status(models.TextChoices):
    """学籍状态. Leaving is refused while a case holds."""

    ENROLLED = "enrolled", "在读"
    EXTENDED = "extended", "延长学制"
    WITHDRAWN = "withdrawn", "退学"
    MOVED = "moved", "转出"


# What tells who somebody is, or how to reach him: inside the one sealed column `private`, with how long each may be.
# Plain beside it stays what is counted, grouped and sorted by, and the keys of the roster (docs/operate.md).
PRIVATE = {
    "name": 64,
    "born_on": 10,
    "former_dossier": 100,
    "former_police": 100,
    "phone": 20,
    "email": 100,
    "qq": 20,
    "home_address": 200,
    "home_phone": 30,
    "home_postcode": 10,
}


class Graduate(models.Model):
    """Codes stand beside the name of their day. `extra` keeps the roster's unknown columns.

    What is in `private` is neither filtered nor sorted by; a whole name is found by `name_index`, within its school.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Indexes below cover school, cohort and identity_index; one more each would cost every import.
    school = models.ForeignKey(School, models.PROTECT, related_name="graduates", db_index=False)
    college = models.ForeignKey(College, models.PROTECT, related_name="graduates")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="graduates", db_index=False)
    person = models.ForeignKey(PersonKey, models.PROTECT, related_name="graduates")
    identity_kind = models.CharField(max_length=20, default="resident")
    identity_cipher = models.BinaryField(max_length=128)
    identity_index = models.BinaryField(max_length=32)  # equals person_id, which is indexed

    exam_number = models.CharField(max_length=24, null=True)  # 考生号
    student_number = models.CharField(max_length=24, null=True)  # 学号
    private = SealedJSON()
    name_index = NameIndex()
    name = inside("private", "name")
    sex = models.CharField(max_length=2)
    sex_name = models.CharField(max_length=10, blank=True)
    ethnicity = models.CharField(max_length=4, blank=True)
    ethnicity_name = models.CharField(max_length=30, blank=True)
    political_status = models.CharField(max_length=4, blank=True)
    political_status_name = models.CharField(max_length=30, blank=True)
    branch = models.CharField(max_length=60, blank=True)  # 分校名称
    education = models.CharField(max_length=4)
    education_name = models.CharField(max_length=30)
    major_code = models.CharField(max_length=12, blank=True)
    major = models.CharField(max_length=80)
    major_direction = models.CharField(max_length=80, blank=True)
    training_mode = models.CharField(max_length=2)
    training_mode_name = models.CharField(max_length=20)
    entrusting_unit = models.CharField(max_length=100, blank=True)  # 定向或委培单位
    origin = models.CharField(max_length=6, blank=True)  # 生源所在地代码
    origin_name = models.CharField(max_length=80, blank=True)
    urban_rural = models.CharField(max_length=10, blank=True)
    years = models.CharField(max_length=5, blank=True)  # 学制
    enrolled_on = models.CharField(max_length=10, blank=True)
    graduates_on = models.CharField(max_length=10, blank=True)
    teacher_training = models.CharField(max_length=4, blank=True)
    teacher_training_name = models.CharField(max_length=20, blank=True)
    hardship = models.CharField(max_length=4, blank=True)
    hardship_name = models.CharField(max_length=30, blank=True)
    klass = models.CharField(max_length=60, blank=True)  # 所在班级
    born_on = inside("private", "born_on")
    former_dossier = inside("private", "former_dossier")  # 入学前档案所在单位
    former_police = inside("private", "former_police")  # 入学前户口所在地派出所
    hukou_moved = models.CharField(max_length=10, blank=True)
    dossier_moved = models.CharField(max_length=10, blank=True)
    phone = inside("private", "phone")
    email = inside("private", "email")
    qq = inside("private", "qq")
    home_address = inside("private", "home_address")
    home_phone = inside("private", "home_phone")
    home_postcode = inside("private", "home_postcode")
    extra = inside("private", "extra", dict)

    status = models.CharField(max_length=10, default=Status.ENROLLED)
    confirmed_at = models.DateTimeField(null=True)  # 信息确认无误，进入系统
    college_confirmed_at = models.DateTimeField(null=True)  # 院系已确认信息: what he may edit until then is closed
    reopened_until = models.DateTimeField(null=True)  # L5: the school reopened this graduate

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "identity_index"], name="one_graduate_per_cohort_and_identity"),
            models.UniqueConstraint(fields=["cohort", "exam_number"], name="one_graduate_per_exam_number"),
            models.UniqueConstraint(fields=["cohort", "student_number"], name="one_graduate_per_student_number"),
        ]
        indexes = [models.Index(fields=["school", "college", "cohort"], name="graduate_by_college")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def about(self) -> str:
        """Associated data of the ciphertext: table, column, row."""
        return f"people_graduate:identity_cipher:{self.id}"

    def identity_number(self) -> str:
        """The plain number. Showing it to anyone but himself is logged (people/models/access.py)."""
        return identity.decrypt(self.person.open(), bytes(self.identity_cipher), self.about)

    def masked_identity(self) -> str:
        return identity.masked(self.identity_number())

    def set_identity(self, kind: str, number: str) -> None:
        """Encrypt and index; makes the person's key on first sight."""
        index = identity.blind_index(kind, number)
        self.person, _ = PersonKey.objects.get_or_create(
            index=index, defaults={"wrapped": PersonKey.wrap(index, identity.new_person_key())}
        )
        self.identity_kind, self.identity_index = kind, index
        self.identity_cipher = identity.encrypt(self.person.open(), number, self.about)
