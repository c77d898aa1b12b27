"""Cards of the town in which each address leads somewhere (``tests.server.rooms``)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.utils import timezone

from printouts.idea_cards import lay_out_card
from server.accounts.models import User
from server.cards.words import card_words
from server.processes.models import Component


def make(name: str, /, **fields: Any) -> Any:
    return apps.get_model(name)._base_manager.create(**fields)


def fill_cards(rooms: Any, component: Component, officer: User) -> None:
    """Cards for ideas are printed, a scan of one waits for whoever types it in, another is typed in; a catalogue."""
    until = timezone.localdate() + dt.timedelta(days=30)
    wanted = {"kind": "idea", "quantity": 2, "images_until": until, "language": "fr", "status": "ready"}
    run = make("cards.CardRun", component=component, number=1, file="print/sheets.pdf", **wanted)
    make("cards.CardRun", component=component, number=2, **wanted | {"status": "failed"})
    layout = lay_out_card(card_words(run, "", asks_stance=False), per_sheet=2, number=1).to_json().decode()
    form = make("cards.CardForm", run=run, definition="{}", definition_hash="1" * 64, layout=layout)
    waits, settled = (
        make("cards.Card", form=form, use_value=str(n) * 32, outcome=o) for n, o in ((1, ""), (2, "empty"))
    )
    scan = {"component": component, "uploaded_by": officer, "filename": "cards.pdf"}
    make("cards.CardBatch", **scan, file="none.pdf", digest="1", status="failed", error="unreadable")
    batch = make("cards.CardBatch", **scan, digest="2", status="read", page_count=2, done_count=2)
    seen = {"batch": batch, "form": form, "status": "card", "image": "print/card.jpg"}
    image = make("cards.CardImage", page=1, card=waits, **seen)
    make("cards.CardImage", page=2, card=settled, reason="no_corners", **seen)
    make("cards.CardImage", batch=batch, page=3, status="refused", reason="no_code")
    make("cards.CardLease", card=waits, holder=officer, until=timezone.now() + dt.timedelta(hours=9))
    printed = make("cards.Catalogue", component=component, language="fr", status="ready", file="print/sheets.pdf",
                   made_at=timezone.now(), quantity=2)  # fmt: skip
    rooms.at("cards:runs run_rows scans scan_rows queue next", component, "component")
    rooms.at("cards:file draw", run)
    rooms.at("cards:batch read_on", batch)
    rooms.at("cards:card take hold skip", waits)
    rooms.at("cards:image", image)
    rooms.at("catalogue:catalogue rows file", component, "component")
    rooms.at("catalogue:file", printed)
