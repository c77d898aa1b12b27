"""Inviting people to work here: a link in a letter, good once and for a fortnight.

A link that left in a letter, and was seen by nobody else, proves that its holder reads that mailbox. The account that
accepts may have another address, and says which.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.office.actions import note_act

from .actions import give_role
from .models import Invitation, Space
from .refusals import InvitationExpired, InvitationUnknown, InvitationUsed

LIFE = timedelta(days=14)
WAIT_FOR_MAIL_S = 10
log = logging.getLogger(__name__)


def code_hash(code: str) -> str:
    return hashlib.sha256(b"parvis invitation " + code.encode()).hexdigest()


@transaction.atomic
def invite(*, space: Space | None, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """Ask somebody to take part; asked again, the earlier link of the same part stops working.

    Returns the invitation and its link, which is kept nowhere.
    """
    waiting = Invitation.objects.filter(space=space, role=role, email__iexact=email, accepted_at=None, revoked_at=None)
    waiting.update(revoked_at=timezone.now())
    code = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        space=space,
        role=role,
        email=email.strip().lower(),
        code_hash=code_hash(code),
        by=by,
        expires_at=timezone.now() + LIFE,
    )
    # The address stays out of the log: it belongs to somebody who has agreed to nothing yet.
    note_act("person.invited", by=by, space=space, subject=invitation.get_part_display())
    return invitation, settings.PARVIS_ORIGIN + reverse("invitations:answer", args=[code])


def send_letter(invitation: Invitation, link: str) -> bool:
    """Mail the link; False when no letter left, so that the link is handed over in another way."""
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return False
    facts = {"invitation": invitation, "link": link, "town": settings.PARVIS_TOWN}
    letter = EmailMessage(
        subject=_("You are invited to take part in %(what)s")
        % {"what": " ".join(str(invitation.space or settings.PARVIS_TOWN).split())},
        body=render_to_string("processes/invitation/letter.txt", facts),
        to=[invitation.email],
        connection=get_connection(timeout=WAIT_FOR_MAIL_S),
    )
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        log.warning("invitation not sent", extra={"error": type(error).__name__})
        return False
    invitation.mailed_at = timezone.now()
    invitation.save(update_fields=["mailed_at"])
    return True


def find_invitation(code: str) -> Invitation:
    """The invitation of a link that may still be answered.

    Raises InvitationUnknown, InvitationUsed, InvitationExpired.
    """
    invitation = Invitation.objects.filter(code_hash=code_hash(code)).select_related("space").first()
    if invitation is None or invitation.state == Invitation.State.REVOKED:
        raise InvitationUnknown
    if invitation.state == Invitation.State.ACCEPTED:
        raise InvitationUsed
    if invitation.state == Invitation.State.EXPIRED:
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept_invitation(*, code: str, user: User) -> Invitation:
    """Take the part that the link offers, once. Raises what ``find_invitation`` raises.

    Where the link came by letter, the same address of the account is confirmed by it.
    """
    invitation = find_invitation(code)
    # Two who press together: the second finds no row to mark, and is told that the link is used.
    marked = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not marked.update(accepted_at=timezone.now(), accepted_by=user):
        raise InvitationUsed
    if invitation.mailed_at and user.email == invitation.email:
        address, _is_new = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
        if not address.verified:
            address.verified = True
            address.save(update_fields=["verified"])
    if invitation.space is None:
        make_administrator(user=user, by=invitation.by or user)
    else:
        give_role(space=invitation.space, user=user, role=invitation.role, by=invitation.by or user)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """Its link stops working; one that was answered stays as it is."""
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if waiting.update(revoked_at=timezone.now()):
        note_act("invitation.revoked", by=by, space=invitation.space, subject=invitation.get_part_display())


@transaction.atomic
def make_administrator(*, user: User, by: User) -> None:
    """Let somebody look after the whole installation."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        note_act("administrator.named", by=by, space=None, facts={"user": user.pk})


@transaction.atomic
def dismiss_administrator(*, user: User, by: User) -> None:
    """Raises LastAdministrator when nobody would be left to look after the installation."""
    administrators = list(User.objects.select_for_update().filter(is_staff=True, is_active=True).order_by("pk"))
    if administrators == [user]:
        from server.accounts.refusals import LastAdministrator

        raise LastAdministrator
    user.is_staff = user.is_superuser = False
    user.save(update_fields=["is_staff", "is_superuser"])
    note_act("administrator.dismissed", by=by, space=None, facts={"user": user.pk})
