"""The frozen definition of a box: what decides its result, as bytes that never change (``docs/protocol.md`` §3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from printouts.read.interpret import Thresholds
from server.ledger.installation import installation
from server.ledger.keys import b64u, unb64u
from server.opendata.published import PLAIN_ID

from .answers import longest
from .ballots import Contest
from .contests import (
    asks_about_projects,
    ballot_projects,
    budget_cents,
    build_contest,
    localized_texts,
    problems_of_contest,
    problems_of_projects,
)
from .paper_form import problems_of_paper
from .refusals import BoxNotDraft, BoxNotFrozen
from .sealing import sealed_size
from .trustees import NEEDED, OF, PairDamaged, public_key

if TYPE_CHECKING:
    from server.processes.models import Component

    from .models import Box

FORMAT = "parvis-definition-1"
SMALLEST_LENGTH = 512  # bytes of a padded plain ballot
LENGTH_STEP = 64
# Thousandths of ink in a mark box: up to the first it is empty, from the second on it is marked, between people look;
# with as much ink as the third beside an empty box they look too. The values that printouts measured its reading with.
MARK_THRESHOLDS = {
    name: round(1000 * getattr(Thresholds(), name)) for name in ("clear_below", "clear_above", "around_above")
}


def is_single_handed() -> bool:
    """Whether one person suffices where two are asked for; said on the public page."""
    return settings.PARVIS_SINGLE_HANDED


def build_definition(
    box: Box, *, box_key: bytes = b"", seed: bytes = b"", layouts: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The definition as a JSON object. Without key, seed and layouts it is a preview of what freezing would make."""
    contest = build_contest(box)
    budget = getattr(box.component, "budget", None)
    return {
        "format": FORMAT,
        "log_id": installation().log_id,
        "space": box.space.slug,
        "box": box.ref,
        "title": localized_texts(box.title),
        "kind": box.kind,
        "regime": box.regime,
        "doors": [door for door in ("web", "kiosk", "paper") if door in box.doors],
        "precedence": box.precedence,
        "small_vote": box.is_small_vote,
        "single_handed": is_single_handed(),
        "keep_days": box.keep_days,
        "contests": [contest],
        "budget": budget_cents(box),
        "currency": budget.currency if budget else "EUR",
        "count": _count(box),
        "mark_thresholds": MARK_THRESHOLDS,
        "layouts": [dict(layout) for layout in layouts],
        "box_key": b64u(box_key),
        "seed_hash": hashlib.sha256(seed).hexdigest() if seed else "",
        "sealed_length": _sealed_length([contest]),
        **_ways(box),
        **_review(box),
        **_trustees(box),
    }


def _count(box: Box) -> dict[str, Any]:
    """A question funds nothing, so its rule is the first; every definition names one, and with it a recount."""
    if asks_about_projects(box):
        return {"rule": box.rule, "threshold": box.threshold}
    return {"rule": box.Rule.GREEDY, "threshold": 1}


def _ways(box: Box) -> dict[str, Any]:
    """Sheets by post, proxies and help, each only where there is any: older definitions say the same without them."""
    ways: dict[str, Any] = {}
    if box.takes_post:
        ways["post"] = {"back_by": localized_texts(box.post_deadline)}
    if box.proxies_per_holder:
        ways["proxies"] = {"per_holder": box.proxies_per_holder}
    if box.helped_per_helper:
        ways["help"] = {"per_helper": box.helped_per_helper}
    return ways


def _review(box: Box) -> dict[str, Any]:
    """Where each doubtful sheet is looked at by two: nothing where one person decides, as before there was a choice."""
    return {"review": {"persons": 2}} if box.two_reviewers and "paper" in box.doors else {}


def _trustees(box: Box) -> dict[str, Any]:
    """Nothing where the installation holds the key: definitions made before there were trustees say the same."""
    return {"trustees": {"needed": NEEDED, "of": OF}} if box.has_trustees else {}


def _sealed_length(contests: Sequence[Any]) -> int:
    """Room for every choice of every contest at once: a sheet with all boxes marked must fit as well."""
    everything = {contest["id"]: longest(contest) for contest in contests}
    plain = json.dumps({"v": 1, "choices": everything}, ensure_ascii=False, separators=(",", ":")).encode()
    return max(SMALLEST_LENGTH, -(-len(plain) // LENGTH_STEP) * LENGTH_STEP)


def problems_before_freezing(box: Box) -> list[str]:
    """Sentences that say what must be mended before the box can be frozen; empty when it can."""
    projects = ballot_projects(box)
    problems = _problems_of_rules(box, len(projects))
    if asks_about_projects(box):
        problems += problems_of_projects(projects, PLAIN_ID)
    if "paper" in box.doors and not problems:
        problems += problems_of_paper(box, build_definition(box))
    return problems + _problems_of_trustees(box)


def _problems_of_rules(box: Box, count: int) -> list[str]:
    found = problems_of_contest(box, count) | {
        _("Choose at least one door."): not set(box.doors) & {"web", "kiosk", "paper"},
        _("The minimum of votes must be at least 1."): box.rule == box.Rule.GREEDY_THRESHOLD and box.threshold < 1,
        _("A vote by person needs a roll with people on it."): box.regime == box.Regime.PERSON
        and not (box.roll and box.roll.entries.exists()),
        _("Online can close first only where people vote online and in person."): box.online_closes_first
        and not ("web" in box.doors and set(box.doors) & {"kiosk", "paper"}),
        _("Say until when envelopes must be back."): box.takes_post and not box.post_deadline,
        _("Sheets by post need the door “paper”."): box.takes_post and "paper" not in box.doors,
        _("Further forms of the sheet need the door “paper”."): bool(box.paper_forms) and "paper" not in box.doors,
        _("The roll belongs to another space."): bool(box.roll and box.roll.space_id != box.component.space_id),
    }
    return [sentence for sentence, is_there in found.items() if is_there]


def _problems_of_trustees(box: Box) -> list[str]:
    if not box.has_trustees:
        return []
    if not all(trustee.is_proved for trustee in box.trustees.all()):
        return [_("Hold the ceremony of the three trustees: each receives a card, and the cards are proved.")]
    try:
        public_key(box)
    except PairDamaged:
        return [_("The key of the trustees is damaged or missing. Begin the ceremony again.")]
    return []


@dataclass(frozen=True)
class Definition:
    """A frozen definition, parsed. ``hash`` names it everywhere; ``text`` is what was hashed."""

    text: str
    hash: str
    facts: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, box: Box) -> Definition:
        """Raises BoxNotFrozen."""
        if not box.definition:
            raise BoxNotFrozen
        return cls.parse(box.definition)

    @classmethod
    def parse(cls, text: str) -> Definition:
        return _parsed(text)

    @property
    def hash_bytes(self) -> bytes:
        return bytes.fromhex(self.hash)

    @property
    def contests(self) -> Sequence[Mapping[str, Any]]:
        return self.facts["contests"]

    @property
    def rules(self) -> Sequence[Contest]:
        """The contests as ``ballots`` checks answers against them."""
        return self.facts["contests"]

    @property
    def contest(self) -> Mapping[str, Any]:
        """The only contest that a box has so far."""
        return self.contests[0]

    @property
    def choices(self) -> Sequence[Mapping[str, Any]]:
        return self.contest["choices"]

    @property
    def box_key(self) -> bytes:
        return unb64u(self.facts["box_key"])

    @property
    def sealed_length(self) -> int:
        """Bytes of a padded plain ballot."""
        return self.facts["sealed_length"]

    @property
    def sealed_size(self) -> int:
        """Bytes of a sealed ballot."""
        return sealed_size(self.sealed_length)

    def offers(self, door: str) -> bool:
        return door in self.facts["doors"]

    @property
    def takes_post(self) -> bool:
        return "post" in self.facts

    @property
    def back_by(self) -> Mapping[str, str]:
        """Until when envelopes must be back, in words."""
        return self.facts.get("post", {}).get("back_by", {})

    @property
    def reviewers(self) -> int:
        """How many people decide about a sheet of which the machine is not sure, each without seeing the other's."""
        return self.facts.get("review", {}).get("persons", 1)

    @property
    def proxies_per_holder(self) -> int:
        return self.facts.get("proxies", {}).get("per_holder", 0)

    @property
    def helped_per_helper(self) -> int:
        return self.facts.get("help", {}).get("per_helper", 0)


@lru_cache(maxsize=16)
def frozen(definition_hash: str) -> Definition:
    """The definition that has this hash, so the same for ever. Raises Box.DoesNotExist where no box has it."""
    # Not at the beginning: the models import what is here.
    from .models import Box

    return Definition.parse(Box.objects.only("definition").get(definition_hash=definition_hash).definition)


@lru_cache(maxsize=16)
def _parsed(text: str) -> Definition:
    return Definition(text=text, hash=hashlib.sha256(text.encode()).hexdigest(), facts=json.loads(text))


def require_unfrozen(component: Component) -> None:
    """Raise BoxNotDraft when a box of this component is frozen: its projects and budget are then part of the vote.

    Forms that write projects, budget or box call this; the database refuses as well (``guards``).
    """
    if has_frozen_projects(component):
        raise BoxNotDraft


def has_frozen_projects(component: Component) -> bool:
    """Whether a box that asks about the projects of this component is frozen; a question touches none of them."""
    return component.boxes.exclude(definition="").exclude(method="yes-no").exists()
