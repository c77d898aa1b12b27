"""Writes of the institution about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from server.office.actions import note_act
from server.processes.localized import Localized

from .models import SiteFacts, SiteText
from .site_texts import CONFORMITY

if TYPE_CHECKING:
    from server.accounts.models import User


@transaction.atomic
def save_site_facts(*, facts: SiteFacts, by: User) -> SiteFacts:
    """There is one row, whoever saves first."""
    facts.pk = 1
    facts.save()
    cache.delete(CONFORMITY)
    note_act("site.facts_saved", by=by, space=None)
    return facts


@transaction.atomic
def save_site_text(*, name: str, text: Localized, by: User) -> None:
    """Put a text in the place of ours; an empty one brings ours back."""
    if text:
        SiteText.objects.update_or_create(name=name, defaults={"text": text, "changed_at": timezone.now()})
    else:
        SiteText.objects.filter(name=name).delete()
    note_act("site.text_saved", by=by, space=None, subject=SiteText.Name(name).label)
