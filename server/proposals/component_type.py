"""Proposals, as a space offers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from server.processes.component_types import Activity, ComponentType, register
from server.processes.localized import Localized
from server.processes.models import Component, Door
from server.processes.openness import times_of_each
from server.web.plain_text import NothingHidden

from .access import KIND
from .models import Document, Proposal, State
from .rules import LONGEST_BODY, Rules

# The newest of a long list; the rest is a page of its own.
MOST_SHOWN = 4
STATES = (
    ({"fr": "À l’étude", "en": gettext_noop("Under review")}, State.Tone.WAIT),
    ({"fr": "Retenue", "en": gettext_noop("Retained")}, State.Tone.OK),
    ({"fr": "Non retenue", "en": gettext_noop("Not retained")}, State.Tone.BAD),
)


class CountField(forms.IntegerField):
    """A number of which 0 says: none. Left empty it is 0."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=most, required=False, **kwargs)

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0


class RulesForm(NothingHidden, forms.Form):
    most_proposals = CountField(
        label=_("Proposals for each person, at most"),
        most=1000,
        help_text=_("0: as many as they like. What is withdrawn does not count."),
    )
    most_endorsements = CountField(
        label=_("Endorsements of each person, at most"), most=10_000, help_text=_("0: as many as they like.")
    )
    least_endorsements = CountField(
        label=_("Endorsements of each person, at least"),
        most=100,
        help_text=_("Whoever gives fewer is not counted yet. 0: each counts at once."),
    )
    threshold = CountField(
        label=_("Endorsements for an answer"),
        most=10_000_000,
        help_text=_("From this number on the town must answer. 0: it says itself what it answers."),
    )
    longest_body = forms.IntegerField(
        label=_("Longest text, in characters"),
        min_value=200,
        max_value=LONGEST_BODY,
        initial=LONGEST_BODY,
        help_text=_("One page of a letter is about 2,000."),
    )
    edit_minutes = CountField(
        label=_("Minutes in which authors may change their text"),
        most=60 * 24 * 365,
        initial=60,
        help_text=_("Counted from publishing. 0: until the town has answered. Each version is kept."),
    )
    asks_place = forms.BooleanField(
        label=_("Ask for a place"), required=False, help_text=_("A street or a building, in words.")
    )
    asks_point = forms.BooleanField(
        label=_("Ask for a point on the plan"),
        required=False,
        help_text=_("Where the town has one: Office, The site, Plan of the town."),
    )
    most_files = CountField(
        label=_("Photos and documents of each proposal, at most"),
        most=20,
        help_text=_("0: none. Photos are made anew, so that nobody learns where they were taken."),
    )

    takes_amendments = forms.BooleanField(
        label=_("Let people propose other wordings"),
        required=False,
        help_text=_("Amendments. The authors of a proposal decide on them; of a text of the town, the town."),
    )
    most_amendments = CountField(
        label=_("Amendments of each person, at most"),
        most=1000,
        help_text=_("0: as many as they like. What is withdrawn does not count."),
    )
    is_text = forms.BooleanField(
        label=_("A text of the town, in sections"),
        required=False,
        help_text=_("You bring a text; each of its sections is discussed and amended. Its page reads as one document."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        least, most = cleaned.get("least_endorsements") or 0, cleaned.get("most_endorsements") or 0
        if most and least > most:
            self.add_error("least_endorsements", _("This is more than each person may give."))
        return cleaned


@register
class Proposals(ComponentType):
    kind = KIND
    name = _("Proposals")
    about = _("People put ideas forward, endorse and discuss them; the town answers each.")
    icon = "edit"
    activities = {
        Activity.PROPOSE: (Door.WEB, Door.KIOSK, Door.PAPER, Door.DESK),
        Activity.ENDORSE: (Door.WEB, Door.KIOSK, Door.DESK),
        Activity.COMMENT: (Door.WEB, Door.KIOSK, Door.PAPER),
        Activity.AMEND: (Door.WEB,),
    }
    settings_form = RulesForm
    template = "proposals/_component.html"

    def prepare(self, component: Component) -> None:
        """The three answers that a town gives most."""
        State.objects.bulk_create(
            State(component=component, title=Localized(title), tone=tone, position=position)
            for position, (title, tone) in enumerate(STATES, start=1)
        )

    def facts(self, components: Sequence[Component]) -> dict[int, dict[str, Any]]:
        standing = Proposal.objects.standing().filter(component__in=components).order_by()
        counts = dict(standing.values_list("component").annotate(n=Count("pk")).values_list("component", "n"))
        times = times_of_each(components)
        texts = _texts(components)
        return {
            one.pk: {
                "count": counts.get(one.pk, 0),
                "newest": _newest(one),
                "times": times[one.pk][Activity.PROPOSE],
                "is_text": Rules.of(one.settings).is_text,
                "document": texts.get(one.pk),
                "amend_times": times[one.pk][Activity.AMEND],
            }
            for one in components
        }

    def address(self, component: Component) -> str:
        name = "text" if Rules.of(component.settings).is_text else "proposals"
        return reverse(f"proposals:{name}", args=[component.space.slug, component.pk])

    def office_address(self, component: Component) -> str:
        name = "text" if Rules.of(component.settings).is_text else "proposals"
        return reverse(f"office_proposals:{name}", args=[component.space.slug, component.pk])

    def has_contributions(self, component: Component) -> bool:
        return component.proposals.exists()


def _texts(components: Sequence[Component]) -> dict[int, Document]:
    """The published text of each that has one, with ``section_count``. No query where none is of a text."""
    keys = [one.pk for one in components if Rules.of(one.settings).is_text]
    rows = Document.objects.filter(component__in=keys, published_at__isnull=False)
    return {one.component_id: one for one in rows.annotate(section_count=Count("sections"))} if keys else {}


def _newest(component: Component) -> list[Proposal]:
    rows = component.proposals.standing().select_related("component__space", "state", "category", "area")
    return list(rows.order_by("-published_at")[:MOST_SHOWN])
