"""Letters of notices: what is gathered for a day or a week, and what leaves at once.

A letter leaves at most once. What it names is marked before it is sent, in a transaction of its own; where sending
fails, the mark is taken back and it is tried at the next hour; where the worker dies between the two, that letter is
lost, and what it would have said stands on the page. Only confirmed addresses are written to.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from server.accounts.models import User

from .lines import Group, groups_of
from .models import Notice, Rhythm, Way, Wishes
from .stopping import ALL_LETTERS, stop_link

if TYPE_CHECKING:
    import datetime as dt

log = logging.getLogger(__name__)
WAIT_FOR_MAIL_S = 10
FROM_HOUR = 7  # local time; nobody is woken by a letter
WEEK = timedelta(days=7)
# Between two letters that leave at once, so that an argument at night is one letter an hour, not thirty.
GAP = timedelta(hours=1)
AT_ONCE = 100
MOST_THINGS = 30
MOST_LINES = 300


def leave() -> bool:
    """Whether this installation sends letters."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def _waiting(letter: str, *conditions: Q):
    """Accounts with a confirmed address for which such a letter is due."""
    of_them = Notice.objects.filter(user=OuterRef("pk"), letter=letter, mailed_at__isnull=True)
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True)
    return User.objects.filter(Exists(of_them), Exists(confirmed), *conditions, is_active=True).order_by("pk")


def _is_due(day: dt.date) -> Q:
    """A week or a day after the last, or the first."""
    return (
        Q(wishes__isnull=True)
        | Q(wishes__gathered_on__isnull=True)
        | Q(wishes__rhythm=Rhythm.DAILY, wishes__gathered_on__lt=day)
        | Q(wishes__rhythm=Rhythm.WEEKLY, wishes__gathered_on__lte=day - WEEK)
    )


def _is_free(now: dt.datetime) -> Q:
    return Q(wishes__isnull=True) | Q(wishes__letter_at__isnull=True) | Q(wishes__letter_at__lte=now - GAP)


def _room(now: dt.datetime) -> int:
    """How many letters may still leave in this hour: a post office that is pushed too hard calls it spam."""
    return max(0, settings.PARVIS_LETTERS_PER_HOUR - Wishes.objects.filter(letter_at__gt=now - GAP).count())


def send_gathered(now: dt.datetime | None = None) -> int:
    """The letters of a day or a week that are due, as many as may leave in an hour; returns how many left."""
    now = now or timezone.now()
    local = timezone.localtime(now)
    if not leave() or local.hour < FROM_HOUR:
        return 0
    return _send(Way.DIGEST, now, _is_due(local.date()), most=_room(now))


def at_once_waits() -> bool:
    return leave() and _waiting(Way.ONCE, _is_free(timezone.now())).exists()


def send_at_once(now: dt.datetime | None = None) -> int:
    """To each one letter with all that waits; returns how many left."""
    now = now or timezone.now()
    return _send(Way.ONCE, now, _is_free(now), most=min(AT_ONCE, _room(now))) if leave() else 0


def _send(letter: Way, now: dt.datetime, due: Q, *, most: int) -> int:
    sent = 0
    for pk in list(_waiting(letter, due).values_list("pk", flat=True)[:most]):
        claim = _claim(pk, letter, now, due)
        if claim is None:
            continue
        if not _post(claim):
            _give_back(claim)
            break  # the post office is shut: the next hour tries again
        sent += 1
    return sent


@dataclass(frozen=True)
class Claim:
    """What one letter says, marked as sent; ``gathered_before``: when the last one was gathered."""

    user: User
    wishes: Wishes
    letter: Way
    notices: Sequence[Notice]
    gathered_before: dt.date | None


@transaction.atomic
def _claim(pk: int, letter: Way, now: dt.datetime, due: Q) -> Claim | None:
    """None where another worker was first."""
    user = User.objects.select_for_update(no_key=True).get(pk=pk)
    if not _waiting(letter, due).filter(pk=pk).exists():
        return None
    wishes, _is_new = Wishes.objects.get_or_create(user=user)
    before = wishes.gathered_on
    wishes.letter_at = now
    if letter == Way.DIGEST:
        wishes.gathered_on = timezone.localtime(now).date()
    wishes.save(update_fields=["letter_at", "gathered_on"])
    waiting = Notice.objects.filter(user=user, letter=letter, mailed_at=None)
    notices = list(waiting.select_related("news").order_by("-pk")[:MOST_LINES])
    waiting.update(mailed_at=now)
    return Claim(user, wishes, letter, notices, before)


@transaction.atomic
def _give_back(claim: Claim) -> None:
    """The hour of the last letter stays: until then a post office that is shut is left alone."""
    Wishes.objects.filter(pk=claim.user.pk).update(gathered_on=claim.gathered_before)
    rows = Notice.objects.filter(user=claim.user, letter=claim.letter, mailed_at=claim.wishes.letter_at)
    rows.update(mailed_at=None)


def _post(claim: Claim) -> bool:
    """False where the post office took nothing. What is gone meanwhile is not named, and where all of it is, no letter
    leaves."""
    with translation.override(claim.wishes.language or settings.LANGUAGE_CODE):
        groups = [one for one in groups_of(claim.user, claim.notices) if one.thing is not None and not one.is_gone]
        if not groups:
            return True
        mail = compose(claim.user, groups, is_gathered=claim.letter == Way.DIGEST)
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        log.warning("letter of notices not sent", extra={"error": type(error).__name__})
        return False
    return True


def compose(user: User, groups: Sequence[Group], *, is_gathered: bool) -> EmailMultiAlternatives:
    """In the language that is active, as plain text and as HTML."""
    stop = stop_link(user, ALL_LETTERS)
    facts = {
        "groups": groups[:MOST_THINGS],
        "more": max(0, len(groups) - MOST_THINGS),
        "town": settings.PARVIS_TOWN,
        "origin": settings.PARVIS_ORIGIN,
        "stop": stop,
        "page": settings.PARVIS_ORIGIN + reverse("notices:notices"),
        "choices": settings.PARVIS_ORIGIN + reverse("notices:wishes"),
        "language": translation.get_language(),
        "is_gathered": is_gathered,
    }
    for one in groups:
        one.stop = stop_link(user, one.place)
    subject = _("What is new in %(town)s") if is_gathered else _("News for you in %(town)s")
    mail = EmailMultiAlternatives(
        subject=subject % {"town": settings.PARVIS_TOWN},
        body=render_to_string("notices/letter.txt", facts),
        to=[user.email],
        connection=get_connection(timeout=WAIT_FOR_MAIL_S),
        # RFC 8058: the mail program itself offers to stop, with one click.
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.attach_alternative(render_to_string("notices/letter.html", facts), "text/html")
    return mail
