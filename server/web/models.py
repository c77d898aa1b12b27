"""What the institution says about itself on its own site: facts, and texts that take the place of ours."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.processes.localized import LocalizedField


class SiteFacts(models.Model):
    """One row. What the law wants to be named, and how the institution is reached. Empty: not said yet."""

    class Conformity(models.TextChoices):
        NONE = "none", _("not compliant")
        PARTIAL = "partial", _("partially compliant")
        FULL = "full", _("fully compliant")

    email = models.EmailField(_("e-mail address for messages"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    postal_address = models.TextField(_("postal address"), max_length=300, blank=True, default="")
    publisher = models.CharField(_("who answers for what is published"), max_length=200, blank=True, default="")
    host = models.TextField(_("who hosts the site"), max_length=300, blank=True, default="")
    data_protection = models.TextField(_("contact for personal data"), max_length=300, blank=True, default="")

    conformity = models.CharField(_("accessibility"), max_length=10, choices=Conformity, default=Conformity.NONE)

    def __str__(self) -> str:
        return self.email or self.postal_address


class SiteText(models.Model):
    """A page at the foot of the site, in the institution's own words. Without a row, ours are shown (``texts/``)."""

    class Name(models.TextChoices):
        LEGAL = "legal", _("Legal notice")
        PRIVACY = "privacy", _("Personal data")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        CONTACT = "contact", _("Contact")

    name = models.CharField(max_length=20, choices=Name, unique=True)
    text = LocalizedField(_("text"))
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.get_name_display())
