"""What becomes of the pages that are sent in: each is a card to type in, or is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from printouts import simulate
from printouts.handwriting import write
from server.cards.accounts import accounts_of
from server.cards.models import Card, CardBatch, CardImage, CardRun
from server.cards.receiving import receive_cards
from server.cards.scanning import read_batch
from server.paper import storage
from server.paper.refusals import ScanIsHeic, ScanNotAnImage
from server.proposals.subject import subject_of
from tests.server.cards.bench import Cards
from tests.server.paper_bench import Paper
from tests.server.proposals.ideas import propose
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db


def became(batch: CardBatch) -> list[tuple[str, str]]:
    return list(batch.images.order_by("page").values_list("status", "reason"))


@pytest.mark.parametrize("kind", ["scanner", "photo"])
def test_a_card_is_known_again_and_its_image_waits(cards: Cards, kind: str):
    run = cards.order(2)
    batch = cards.send(cards.scan(cards.written(run, ["Un banc"], ["Un arbre"]), kind=kind))
    assert became(batch) == [("card", "")] * 2
    assert Card.objects.waiting().count() == 2
    image = batch.images.all()[0]
    assert storage.absolute(image.image).read_bytes().startswith(b"\xff\xd8\xff")


def test_a_photo_of_a_small_card_is_known_again(cards: Cards):
    proposal = propose(cards.component)
    run = cards.order(1, subjects=[subject_of(proposal)])
    (card,) = cards.cut(run, dpi=250)
    photo = simulate.distort(np.pad(card, 60, constant_values=255), cards.rng, kind="photo")
    assert became(cards.send(simulate.jpeg(photo), name="photo.jpg")) == [("card", "")]


def test_the_same_file_is_the_same_batch_and_the_same_card_is_named(cards: Cards):
    """B1."""
    run = cards.order(1)
    (card,) = cards.written(run, ["Un banc", "A l ombre des tilleuls"])
    scan = cards.scan([card])
    first = cards.send(scan)
    assert cards.send(scan) == first
    assert became(cards.send(cards.scan([card, card]))) == [("again", "same_writing")] * 2
    assert Card.objects.waiting().count() == 1


def test_a_photocopy_that_was_written_on_is_named(cards: Cards):
    """B2."""
    run = cards.order(1)
    (white,) = cards.cut(run)
    copy = white.copy()
    write(white, cards.layout(run), ["Un banc", "Au bord du canal, a l ombre"], cards.rng)
    write(copy, cards.layout(run), ["Des jeux", "Pour les petits de la creche"], cards.rng)
    assert became(cards.send(cards.scan([white, copy]))) == [("card", ""), ("other", "other_writing")]


def test_a_test_card_never_waits(cards: Cards):
    """B4."""
    run = cards.order(1, is_test=True)
    assert became(cards.send(cards.scan(cards.cut(run)))) == [("refused", "test_card")]
    assert not Card.objects.waiting().exists()


def test_a_card_that_was_never_printed_is_refused(cards: Cards):
    """B3."""
    run = cards.order(1)
    scan = cards.scan(cards.cut(run))
    Card.objects.all().delete()
    assert became(cards.send(scan)) == [("refused", "unknown_serial")]
    CardRun.objects.all().delete()
    assert became(cards.send(scan + b"\n")) == [("refused", "unknown_card")]


def test_a_card_of_another_part_is_refused(cards: Cards):
    """B4."""
    run = cards.order(1)
    scan = cards.scan(cards.cut(run))
    other = cards.component.space.components.create(kind="debate", title={"fr": "Débats"})
    cards.component = other
    assert became(cards.send(scan)) == [("refused", "other_component")]


def test_a_ballot_is_no_card_and_its_image_is_not_kept(cards: Cards):
    """B4: whoever types ideas in sees no ballot."""
    paper = Paper(make_vote(people=2, passes=2))
    batch = cards.send(paper.scan(paper.sheets(paper.print(1))))
    assert became(batch) == [("refused", "a_ballot")]
    assert batch.images.get().image == ""
    assert not list((storage.media() / "cards").rglob("*.jpg"))


def test_a_card_among_ballots_is_named_and_is_no_ballot(cards: Cards):
    """B4."""
    paper = Paper(make_vote(people=2, passes=2))
    run = cards.order(1)
    (reading,) = paper.upload(cards.scan(cards.cut(run))).readings.all()
    assert (reading.status, reading.reason, reading.sheet) == ("refused", "idea_card", None)


def test_a_torn_card_is_given_to_people_and_a_page_without_a_code_is_refused(cards: Cards):
    """B12."""
    run = cards.order(2)
    torn, headless = cards.written(run, ["Un banc"], ["Un arbre"])
    torn[-150:, :150] = torn[-150:, -150:] = 255
    headless[:330] = 255
    found = became(cards.send(cards.scan([torn, headless])))
    assert [status for status, _reason in found] == ["card", "refused"]
    assert {reason for _status, reason in found} <= {"no_corners", "too_cropped"}


def test_a_sheet_that_was_not_cut_is_refused(cards: Cards):
    """B14."""
    run = cards.order(2)
    assert became(cards.send(cards.scan([np.vstack(cards.cut(run))]))) == [("refused", "two_sheets")]


def test_the_file_goes_once_it_is_read(cards: Cards, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}  # nobody reads it meanwhile
    data = cards.scan(cards.cut(cards.order(1)))
    batch = receive_cards(component=cards.component, filename="x", data=data, by=cards.organiser)
    path = storage.absolute(batch.file)
    assert path.is_file()
    assert read_batch(batch=batch).file == ""
    assert not path.exists()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [(b"PK\x03\x04 and more", ScanNotAnImage), (b"\0\0\0\x18ftypheic", ScanIsHeic), (b"<svg/>", ScanNotAnImage)],
)
def test_what_is_no_image_is_refused_at_the_door(cards: Cards, data: bytes, refusal: type[Exception]):
    """X1."""
    with pytest.raises(refusal):
        receive_cards(component=cards.component, filename="cards.pdf", data=data, by=cards.organiser)
    assert not list(storage.folder("cards", str(cards.component.pk)).glob("*.bin"))


def test_where_the_cards_of_a_run_are(cards: Cards):
    run = cards.order(4)
    written = cards.written(run, ["Un banc"], ["Un arbre"], ["Un lavoir"])
    cards.send(cards.scan([*written, written[0]]))
    Card.objects.filter(pk=Card.objects.waiting().first().pk).update(outcome="empty")
    (account,) = accounts_of(cards.component, [run])
    assert (account.printed, account.came_in, account.waiting, account.empty) == (4, 3, 2, 1)
    assert (account.again, account.refused, account.out) == (1, 0, 1)


def test_pages_that_a_batch_already_holds_are_left_as_they_are(cards: Cards):
    """S7."""
    from server.cards.scanning import store_pages
    from server.paper.decoding import SeenPage

    run = cards.order(1)
    batch = cards.send(cards.scan(cards.written(run, ["Un banc"])))
    assert store_pages(batch=batch, pages=[SeenPage(page=1, refused="blank_page")]) == []
    assert CardImage.objects.count() == 1
