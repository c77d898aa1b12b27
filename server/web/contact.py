"""A message to the institution, from whoever reads the site. It is mailed and kept nowhere here."""

from __future__ import annotations

import hmac
import logging
from smtplib import SMTPException

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .address import client_address
from .counting import count_once_more
from .models import SiteFacts
from .plain_text import NothingHidden
from .refusals import Refusal

log = logging.getLogger(__name__)
WINDOW_S = 3600
MOST_FROM_ONE = 5
MOST_IN_ALL = 100
WAIT_FOR_MAIL_S = 10
# Backends that show a message to the operator's screen, or to nobody.
NOWHERE = ("console.EmailBackend", "dummy.EmailBackend")


class TooManyMessages(Refusal):
    code = "too_many_messages"
    status = 429
    message = gettext_lazy("Too many messages came from here. Wait an hour, or write or telephone instead.")


class MailNotSent(Refusal):
    code = "mail_not_sent"
    status = 503
    message = gettext_lazy("The message could not be sent. It is still in the form: try again later, or write instead.")


class ContactForm(NothingHidden, forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"), max_length=200, help_text=gettext_lazy("For the answer only.")
    )
    subject = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=120,
        help_text=gettext_lazy("A few words: the subject of the letter."),
    )
    message = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=5000,
        help_text=gettext_lazy("It goes to the institution and is kept nowhere here. Write no code of a letter."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )


def can_mail(facts: SiteFacts) -> bool:
    """Whether a message would reach somebody."""
    return bool(facts.email) and not settings.EMAIL_BACKEND.endswith(NOWHERE)


def send_message(request: HttpRequest, form: ContactForm, facts: SiteFacts) -> None:
    """Mail it to the institution. Raises TooManyMessages and MailNotSent."""
    require_few(client_address(request))
    given = form.cleaned_data
    note = _("Sent from the contact page of {origin}. An answer goes to {email}.").format(
        origin=settings.PARVIS_ORIGIN, email=given["email"]
    )
    mail = EmailMessage(
        subject=" ".join(given["subject"].split()),
        body=f"{given['message']}\n\n-- \n{note}\n",
        to=[facts.email],
        reply_to=[given["email"]],
        connection=get_connection(timeout=WAIT_FOR_MAIL_S),
    )
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        log.warning("contact message not sent", extra={"error": type(error).__name__})
        raise MailNotSent from error


def require_few(source: str) -> None:
    """Count one message of this hour, from this source (kept as a hash only) and in all. Raises TooManyMessages."""
    hashed = hmac.new(settings.SECRET_KEY.encode(), b"contact " + source.encode(), "sha256").hexdigest()
    for key, most in ((f"contact.{hashed}", MOST_FROM_ONE), ("contact.all", MOST_IN_ALL)):
        if count_once_more(key, WINDOW_S) > most:
            raise TooManyMessages(details={"retry_after_s": WINDOW_S})
