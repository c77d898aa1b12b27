"""No image of a sheet leaves the house unseen by the list of those who looked (``ImageView``)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.paper import storage
from server.paper.models import ImageView, Reading
from tests.server.paper.test_pages import person
from tests.server.paper_bench import Paper
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff"


def addresses(vote: Vote, reading: Reading) -> list[str]:
    """Every page of this room that speaks of scans, and the only one that gives an image."""
    ref = vote.session.ref
    own = [reverse(f"paper:{name}", args=[reading.pk]) for name in ("reading", "image")]
    of_session = [reverse(f"paper:{name}", args=[ref]) for name in ("scans", "scan_rows", "review", "keying")]
    return [*own, *of_session, reverse("paper:batch", args=[reading.batch_id]), f"{of_session[-1]}?image={reading.pk}"]


def test_one_address_gives_images_and_each_look_is_remembered(client, vote: Vote, doubtful: Reading):
    """The pages hold addresses of images; the image itself comes by one door, which writes down who asked."""
    client.force_login(person(vote, "scanner"))
    for address in addresses(vote, doubtful):
        before = ImageView.objects.count()
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        is_image = content.startswith(JPEG)
        assert is_image == (address == reverse("paper:image", args=[doubtful.pk]))
        assert ImageView.objects.count() - before == is_image


def test_each_look_is_a_line_of_its_own_with_who_and_what(client, vote: Vote, doubtful: Reading):
    user = person(vote, "scanner")
    client.force_login(user)
    for _look in range(2):
        client.get(reverse("paper:image", args=[doubtful.pk]))
    assert list(ImageView.objects.values_list("reading", "viewer")) == [(doubtful.pk, user.pk)] * 2


def test_an_image_that_is_gone_is_no_look(client, desk_paper: Paper, vote: Vote, doubtful: Reading):
    storage.absolute(doubtful.image).unlink()
    client.force_login(person(vote, "scanner"))
    assert client.get(reverse("paper:image", args=[doubtful.pk])).status_code == 404
    assert not ImageView.objects.exists()
