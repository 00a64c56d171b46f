"""Users, teams, their sign-ins and the account's event stream.

An account is its owner: members carry the owner's `account_id`.
"""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from flame.lib.fields import EncryptedJSONField
from flame.lib.models import ChangingRecord, Record, choice, one_of


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """The people of the user's account."""
        return self.filter(models.Q(pk=user.account_id) | models.Q(team_owner_id=user.account_id))

    def active(self) -> "UserQuerySet":
        """Who may come in: with its owner, a whole account is closed."""
        return self.filter(is_active=True).exclude(team_owner__is_active=False)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=User.Role.STAFF, **fields)

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
        verbose_name, verbose_name_plural = _("user"), _("users")
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
        verbose_name, verbose_name_plural = _("event stream"), _("event streams")

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
        verbose_name, verbose_name_plural = _("event"), _("events")
        constraints = [models.UniqueConstraint(fields=["account", "seq"], name="events_account_seq")]

    def __str__(self) -> str:
        return f"{self.type}#{self.seq}"


class RefreshFamily(Record):
    """One sign-in: the chain of refresh tokens that began with it. Access tokens name their family and end with it.

    It keeps digests of token ids, never a token. `auth_hash` changes with the user's password, whoever changes it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="refresh_families")
    auth_hash = models.CharField(max_length=128)
    current_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    rotated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refresh_families"
        verbose_name, verbose_name_plural = _("sign-in"), _("sign-ins")

    def __str__(self) -> str:
        return f"{self.user_id}@{self.created_at:%Y-%m-%d}"


class Mailing(Record):
    """A mail that waits to be sent; the row is its queue (accounts.mailing)."""

    expires_at = models.DateTimeField(db_index=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="%(class)s_unsent")
        ]


class PasswordLink(Mailing):
    """A mailed link to set a password, asked for by address.

    Whether anyone has the address is found out by the worker that mails it, so that asking costs the same for all. The
    token is made when the mail is: only its digest is ever stored.
    """

    class Purpose(models.TextChoices):
        RESET = "reset", _("Password reset")
        INVITE = "invite", _("Invitation")

    email = models.EmailField(max_length=255, db_index=True)
    purpose = choice(Purpose, Purpose.RESET)
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - many rows have none yet
    used_at = models.DateTimeField(null=True)

    class Meta(Mailing.Meta):
        db_table = "password_links"
        verbose_name, verbose_name_plural = _("password link"), _("password links")
        constraints = [one_of("purpose", "password_links", ["reset", "invite"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.email}"


class Notice(Mailing):
    """What a user is told by mail, in the words of the moment when it happened."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    text = models.TextField()

    class Meta(Mailing.Meta):
        db_table = "notices"
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        indexes = [*Mailing.Meta.indexes, models.Index(fields=["user", "kind", "created_at"], name="notices_newest")]

    def __str__(self) -> str:
        return self.subject


class IdempotencyKey(Record):
    """One POST under a client's key: running while `status_code` is null, answered for ever after."""

    user = models.ForeignKey(User, models.CASCADE, related_name="idempotency_keys", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    leased_until = models.DateTimeField()
    status_code = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=255, blank=True, default="")
    content = EncryptedJSONField(null=True)

    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "idempotency_keys"
        verbose_name, verbose_name_plural = _("idempotency key"), _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_keys_user_key")]

    def __str__(self) -> str:
        return self.key
