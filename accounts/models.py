"""Users, teams and the account's event stream. An account is its owner: members carry the owner's `account_id`."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from flame.lib.models import ChangingRecord, Record, choice, one_of


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=User.Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, ChangingRecord):
    class Role(models.TextChoices):
        OWNER = "user", _("Owner")
        AGENT = "agent", _("Agent")
        STAFF = "admin", _("Staff")

    email = models.EmailField(max_length=255, unique=True)
    password = models.CharField(_("password"), max_length=255, db_column="password_hash")
    name = models.CharField(max_length=255)
    avatar_url = models.CharField(max_length=500, null=True, blank=True)  # noqa: DJ001 - nullable in the mission's SQL
    role = choice(Role, Role.OWNER)
    is_active = models.BooleanField(default=True, db_default=True)
    team_owner = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="members")
    timezone = models.CharField(max_length=64, default="America/Mexico_City")
    language = models.CharField(max_length=8, default="es", choices=[("es", _("Spanish")), ("en", _("English"))])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "users"
        constraints = [one_of("role", "users", ["user", "agent", "admin"])]

    def __str__(self) -> str:
        return self.email

    @property
    def account_id(self) -> uuid.UUID:
        """The owner whose data this user sees and works."""
        return self.team_owner_id or self.id

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role == self.Role.STAFF

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Staff manage everything in the admin; nobody else enters it."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class EventStream(models.Model):
    """The last number handed out in an account. Its row lock, held to the commit, is what makes seq gapless."""

    account = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="stream")
    last_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "event_streams"

    def __str__(self) -> str:
        return f"{self.account_id}@{self.last_seq}"


class Event(Record):
    """One stored event of an account, as the websocket sends it and the audit shows it."""

    account = models.ForeignKey(User, models.CASCADE, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=64)
    conversation_id = models.UUIDField(null=True)
    actor = models.JSONField()
    data = models.JSONField()

    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "events"
        constraints = [models.UniqueConstraint(fields=["account", "seq"], name="events_account_seq")]

    def __str__(self) -> str:
        return f"{self.type}#{self.seq}"
