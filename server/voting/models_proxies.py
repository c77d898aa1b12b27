"""Who votes in somebody's name, and who helps somebody to vote. Part of the register; no row holds a time or a pass."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session

from .models_rolls import RollEntry


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def standing(self) -> ProxyQuerySet:
        """Given, and neither revoked nor used up; or used: the holder carries it in both cases."""
        return self.exclude(state=Proxy.State.REVOKED)

    def unused(self) -> ProxyQuerySet:
        return self.filter(state=Proxy.State.GIVEN)


class Proxy(models.Model):
    """The giver is away; the holder votes for them in the hall, with a pass of its own (P13).

    ``place`` counts the proxies that a holder carries and ``most`` is what the frozen definition allows, so that the
    database itself refuses one too many.
    """

    class State(models.TextChoices):
        GIVEN = "given", _("Given")
        USED = "used", _("Used")
        REVOKED = "revoked", _("Revoked")

    box = models.ForeignKey("voting.Box", on_delete=models.PROTECT, related_name="proxies")
    giver = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="proxies_given")
    holder = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="proxies_held")
    place = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    shown = models.CharField(_("what was shown"), max_length=120)
    state = models.CharField(max_length=7, choices=State, default=State.GIVEN)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="proxies_used")
    reason = models.CharField(max_length=400, blank=True, default="")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "proxies"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box", "giver"], condition=~Q(state="revoked"), name="a_person_gives_one_proxy"
            ),
            models.UniqueConstraint(
                fields=["box", "holder", "place"], condition=~Q(state="revoked"), name="one_proxy_per_place_of_a_holder"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1) & Q(place__lte=F("most")),
                name="a_holder_carries_no_more_proxies_than_allowed",
            ),
            models.CheckConstraint(condition=~Q(giver=F("holder")), name="nobody_holds_their_own_proxy"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} {self.holder_id}"


class Assistance(models.Model):
    """Somebody was helped to vote at a session. The helper is named, the person helped is not, nor any pass (P13).

    ``helper`` is folded for comparing: case and accents do not make two of one. ``place`` and ``most`` as with proxies.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assistances")
    name = models.CharField(_("name of the helper"), max_length=120)
    helper = models.CharField(max_length=120)
    place = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["helper", "place"]
        constraints = [
            models.UniqueConstraint(fields=["session", "helper", "place"], name="one_help_per_place_of_a_helper"),
            models.CheckConstraint(
                condition=Q(place__gte=1) & Q(place__lte=F("most")), name="a_helper_helps_no_more_than_allowed"
            ),
        ]

    def __str__(self) -> str:
        return self.name
