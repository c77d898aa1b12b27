"""Whoever logs in shows in which language they read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from server.accounts.models import User

from .wishing import remember_language


@receiver(user_logged_in)
def remember(user: User, **_named: Any) -> None:
    remember_language(user)
