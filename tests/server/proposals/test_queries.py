"""Pages of proposals cost the same few questions however many there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from server.proposals.bulk import bring_proposals
from server.proposals.endorsing import endorse_proposal
from tests.server.proposals.ideas import ONLINE, make_ideas, organiser, propose
from tests.server.proposals.test_bulk import brought

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("{here}", 13),
        ("{here}?q=arbres", 13),
        ("{here}?door=paper&sort=-endorsed", 14),
        ("{here}1/", 19),
        ("{here}1/versions/", 8),
        ("{space}", 16),
        ("{office}", 11),
        ("{office}1/", 10),
    ],
)
def test_a_page_asks_as_often_for_sixty_proposals_as_for_three(address, most, client):
    component = make_ideas()
    propose(component)
    bring_proposals(component=component, brought=brought(3))
    client.force_login(organiser(component.space))
    places = {
        "here": component.get_absolute_url(),
        "space": component.space.get_absolute_url(),
        "office": f"/office/{component.space.slug}/proposals/{component.pk}/",
    }
    path = address.format(**places)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    asked()
    few = asked()
    bring_proposals(component=component, brought=brought(60))
    for proposal in component.proposals.all()[:20]:
        endorse_proposal(proposal=proposal, right="account:77", origin=ONLINE)
    assert asked() == few
    assert few == most
