"""What the kiosk promises of its disk, in a real browser: rows D4–D9."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from kiosk_page import Kiosk, Open, ballots, break_disk, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("throw new DOMException('full', 'QuotaExceededError')", "La mémoire de cette borne est pleine"),
        ("throw new DOMException('broken', 'UnknownError')", "Cette borne n'a pas pu garder votre bulletin"),
        ("return this.get('nothing is stored')", "Cette borne n'a pas pu garder votre bulletin"),
        (
            "if (this.name === 'settings') throw new Error('cut'); return real.apply(this, arguments)",
            "n'a pas pu garder",
        ),
    ],
    ids=["full", "broken", "lying", "cut between record and head"],
)
def test_a_disk_that_does_not_keep_a_ballot_is_not_believed(opened: Open, fault: str, words: str) -> None:
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    kiosk.to_review(kiosk.town.codes[0], 0)
    break_disk(kiosk, fault)
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    kiosk.sees(words)
    kiosk.sees("demandez une feuille de papier au guichet")
    assert kiosk.page.locator(".qr").count() == 0
    kiosk.press("Effacer et terminer")
    kiosk.sees("Cette borne ne peut plus rien enregistrer")
    kiosk.page.reload()
    kiosk.vote(kiosk.town.codes[0], 1)
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["5"]}}], kiosk)
    assert len(kiosk.stored()["records"]) == 3


def test_a_chain_whose_last_record_is_missing_stops_the_kiosk(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 0)
    break_disk(kiosk, "return this.name === 'records' ? this.get(['lost', 1]) : real.apply(this, arguments)")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    kiosk.page.reload()
    kiosk.sees("Cette borne ne peut plus rien enregistrer")
    kiosk.operator()
    kiosk.sees("Des enregistrements manquent sur ce disque")


def test_a_second_window_does_not_write_and_takes_over_when_the_first_is_gone(opened: Open) -> None:
    kiosk = opened().ready()
    second = Kiosk(kiosk.context, kiosk.town).open()
    second.title("La borne est déjà ouverte ici")
    kiosk.page.bring_to_front()
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.page.close()
    expect(second.page.locator("pv-rest")).to_be_visible()
    second.vote(kiosk.town.codes[1], 1)
    wait_for(lambda: len(ballots(kiosk.town)) == 2, second)
