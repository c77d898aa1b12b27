"""Cards ordered, printed, cut apart, written on, put through a scanner and sent in: by the real engine."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils import timezone

from printouts import simulate
from printouts.geometry import PAPERS, Layout
from printouts.handwriting import write
from server.accounts.models import User
from server.cards import receiving, scanning
from server.cards.models import Card, CardBatch, CardRun, Kind
from server.cards.printing import Order, draw_card_run, order_cards
from server.discussion.subjects import Subject
from server.paper import storage
from server.processes.models import Component, SpaceRole
from tests.server.proposals.ideas import make_ideas, organiser, person

DPI = 150
Grey = np.ndarray


class Cards:
    """One component of proposals that takes paper, and what is done with its cards."""

    def __init__(self, component: Component | None = None) -> None:
        self.component = component or make_ideas(doors=["web", "paper"])
        self.organiser = organiser(self.component.space)
        self.rng = np.random.default_rng(4)

    def volunteer(self, name: str = "vera") -> User:
        user = person(name)
        SpaceRole.objects.get_or_create(space=self.component.space, user=user, role=SpaceRole.Role.SCANNER)
        return user

    def order(self, quantity: int = 2, *, subjects: Sequence[Subject] = (), **facts: Any) -> CardRun:
        kind = Kind.COMMENT if subjects else Kind.IDEA
        until = timezone.localdate() + dt.timedelta(days=30)
        said: dict[str, Any] = {"kind": kind, "quantity": quantity, "images_until": until, "language": "fr"}
        order = Order(**said | facts)
        run = order_cards(component=self.component, order=order, subjects=subjects, by=self.organiser)
        return draw_card_run(run=run)

    def cut(self, run: CardRun, *, dpi: int = DPI) -> list[Grey]:
        """The cards of a run, white, one image each."""
        layout = self.layout(run)
        pages = simulate.rasterise(storage.absolute(run.file).read_bytes(), dpi=dpi)
        return [card for page in pages for card in cut_apart(page, layout)][: run.quantity]

    def layout(self, run: CardRun) -> Layout:
        return Layout.from_json(run.forms.get().layout.encode())

    def written(self, run: CardRun, *texts: Sequence[str]) -> list[Grey]:
        """The first cards of a run, a text on each line."""
        cards = self.cut(run)[: len(texts)]
        for card, lines in zip(cards, texts, strict=True):
            write(card, self.layout(run), lines, self.rng)
        return cards

    def scan(self, cards: Sequence[Grey], *, kind: str = "scanner") -> bytes:
        """A PDF as a scanner makes it, one card to a page."""
        out = io.BytesIO()
        framed = (np.pad(card, 40, constant_values=255) for card in cards)
        simulate.scan_pdf((simulate.distort(one, self.rng, kind=kind) for one in framed), out, dpi=DPI)
        return out.getvalue()

    def send(self, data: bytes, *, by: User | None = None, name: str = "cards.pdf") -> CardBatch:
        batch = receiving.receive_cards(component=self.component, filename=name, data=data, by=by or self.volunteer())
        batch = scanning.read_batch(batch=batch)
        assert batch.status == "read", batch.error
        return batch

    def came_in(self, count: int = 1, **facts: Any) -> list[Card]:
        """So many cards that wait to be typed in."""
        run = self.order(count, **facts)
        self.send(self.scan(self.written(run, *[[f"Idee {n}", "Un banc"] for n in range(count)])))
        return list(Card.objects.of_component(self.component).waiting().order_by("pk"))


def cut_apart(page: Grey, layout: Layout) -> list[Grey]:
    """The cards of one sheet of A4, row by row."""
    columns, rows = (whole // part for whole, part in zip(PAPERS["A4"], (layout.width, layout.height), strict=True))
    wide, high = page.shape[1] // columns, page.shape[0] // rows
    return [
        np.ascontiguousarray(page[row * high : (row + 1) * high, column * wide : (column + 1) * wide])
        for row in range(rows)
        for column in range(columns)
    ]
