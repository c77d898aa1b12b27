"""A stack of passes is ordered as cards, through the page of a session."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.accounts.models import User
from server.paper.models import SlipRun
from server.processes.models import SpaceRole
from server.voting.models import Pass
from tests.server.pdf import pdf_codes, pdf_text
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_test", [False, True])
def test_cards_are_ordered_beside_sheets_and_say_both_languages(client, is_test, django_capture_on_commit_callbacks):
    vote = make_vote(passes=0)
    SpaceRole.objects.create(
        space=vote.box.space, user=User.objects.create_user("organiser@example.org"), role="organiser"
    )
    client.force_login(User.objects.get(email="organiser@example.org"))
    page = reverse("paper:order_passes", args=[vote.session.ref])
    assert "85 × 54 mm" in client.get(reverse("paper:print_runs", args=[vote.session.ref])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        form = {"passes": "3", "form": "card"} | ({"is_test": "on"} if is_test else {})
        assert client.post(page, form).status_code == 302
    run = SlipRun.objects.get()
    data = b"".join(client.get(reverse("paper:slips_file", args=[run.pk])).streaming_content)
    assert (run.status, run.form, len(pdf_codes(data))) == ("ready", "card", 3)
    assert Pass.objects.filter(batch__session=vote.session, is_test=is_test).count() == 3
    text = pdf_text(data)
    assert "Pass to vote" in text and ("Specimen: never counts" in text) is is_test
