"""People who have an account. Whether they may vote is the roll's business, not the account's."""

from __future__ import annotations

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# ``.invalid`` is no name of any machine (RFC 2606): no letter ever leaves for it, and nobody can sign up with it.
ERASED = "erased-{pk}@erased.invalid"


class UserManager(BaseUserManager["User"]):
    """Accounts are named by their e-mail address, in lower case."""

    def _create(self, email: str, password: str | None, **facts: object) -> User:
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **facts: object) -> User:
        return self._create(email, password, **facts)

    def create_superuser(self, email: str, password: str | None = None, **facts: object) -> User:
        return self._create(email, password, **{"is_staff": True, "is_superuser": True, **facts})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name shown"), max_length=80, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return gettext("erased account") if self.is_erased else self.display_name or self.email

    @property
    def is_erased(self) -> bool:
        return self.email == ERASED.format(pk=self.pk)

    @property
    def right(self) -> str:
        """How records name this account as the one who did something: a number, and nothing of the person."""
        return f"account:{self.pk}"

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
