"""A component of which cards were printed, or scans sent in, stays."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from server.cards.models import CardBatch, CardRun
from server.processes.component_actions import delete_component
from server.processes.models import Component
from server.processes.refusals import ComponentInUse
from tests.server.proposals.ideas import make_ideas, organiser

pytestmark = pytest.mark.django_db


def printed(component: Component) -> None:
    CardRun.objects.create(
        component=component, number=1, kind="idea", quantity=4, language="fr", images_until=date(2027, 1, 1)
    )


def sent_in(component: Component) -> None:
    CardBatch.objects.create(component=component, filename="a.pdf", digest="0" * 64)


@pytest.mark.parametrize("happened", [printed, sent_in])
def test_a_component_with_cards_is_hidden_not_deleted(happened, client):
    component = make_ideas()
    officer = organiser(component.space)
    happened(component)
    with pytest.raises(ComponentInUse):
        delete_component(component=component, by=officer)
    client.force_login(officer)
    page = client.get(reverse("office:component_delete", args=[component.space.slug, component.pk]))
    assert not page.context["is_empty"] and Component.objects.filter(pk=component.pk).exists()


def test_one_without_cards_and_contributions_can_go():
    component = make_ideas()
    delete_component(component=component, by=organiser(component.space))
    assert not Component.objects.filter(pk=component.pk).exists()
