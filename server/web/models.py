"""What the institution says about itself on its own site: facts, and texts that take the place of ours."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
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
    # What the model statement of the RGAA wants to be said of an audit. Without one, the site is not compliant.
    audited_on = models.DateField(_("day of the accessibility audit"), null=True, blank=True)
    audited_by = models.CharField(_("who audited it"), max_length=200, blank=True, default="")
    audit_rate = models.PositiveSmallIntegerField(
        _("criteria that are met, in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    audit_pages = models.TextField(_("pages that were audited"), max_length=2000, blank=True, default="")
    audit_findings = models.TextField(_("what is not accessible"), max_length=4000, blank=True, default="")
    accessibility_plan = models.TextField(_("plan for the years to come"), max_length=600, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(conformity="none")
                | models.Q(audited_on__isnull=False, audit_rate__gte=50) & ~models.Q(audited_by=""),
                name="compliance_is_what_an_audit_found",
            )
        ]

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
