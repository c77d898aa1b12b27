"""From idea to certified result: each step of a vote with its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.voting.models import Box

from .standing import Standing, standing_of

if TYPE_CHECKING:
    from .models import Space

SILENT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Step:
    """``state``: done, now (the next thing to do), todo, or skip (this vote does without it)."""

    name: str
    title: str
    note: str
    url: str
    state: str = "todo"


def link(name: str, *arguments: object) -> str:
    """The address, or nothing where the room is not built."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def checklist(facts: Standing) -> list[Step]:
    """All steps in their order. The first that is not done is ``now``; once the vote is closed, none before it is.

    None at all in a space that is about no vote, such as an idea box.
    """
    if not facts.is_about_a_vote:
        return []
    before = [*_preparing(facts), *_before_the_day(facts)]
    if facts.have_passed(Box.State.CLOSED):
        before = [replace(step, state="skip") if step.state == "todo" else step for step in before]
    steps = [*before, *_closing(facts)]
    first = next((place for place, step in enumerate(steps) if step.state == "todo"), None)
    return [replace(step, state="now") if place == first else step for place, step in enumerate(steps)]


def next_step(space: Space) -> Step | None:
    """The first step that is not done; None once all are."""
    return next((step for step in checklist(standing_of(space)) if step.state == "now"), None)


def _step(name: str, title: str, note: str, url: str, is_done: bool, *, is_needed: bool = True) -> Step:
    state = "done" if is_done else "todo"
    return Step(name, title, note, url, state if is_needed else "skip")


def _preparing(facts: Standing) -> Iterable[Step]:
    slug, count = facts.space.slug, len(facts.phases)
    note = ngettext("%(count)d phase", "%(count)d phases", count) % {"count": count}
    yield _step("phases", _("Set the phases and what is promised"), note, link("office:phases", slug), count > 0)
    count = facts.project_count
    note = ngettext("%(count)d project", "%(count)d projects", count) % {"count": count}
    url = link("office_budgets:budget", slug)
    needs_projects = not facts.boxes or any(box.method != Box.Method.YES_NO for box in facts.boxes)
    note = note if needs_projects else _("A question needs no budget.")
    yield _step("projects", _("Set the budget and its projects"), note, url, count > 0, is_needed=needs_projects)
    count = sum(roll.people for roll in facts.rolls)
    needs_roll = not facts.boxes or any(box.regime == Box.Regime.PERSON for box in facts.boxes)
    note = ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
    note = note if needs_roll else _("A vote by pass needs no roll.")
    yield _step(
        "roll", _("Bring in the roll"), note, link("office_voting:rolls", slug), count > 0, is_needed=needs_roll
    )
    box = facts.box
    url = link("office_voting:box", box.ref) if box else link("office_voting:boxes", slug)
    note = _("Question, rules, doors: final once frozen.") if box else _("There is no ballot box yet.")
    yield _step("freeze", _("Make the ballot box and freeze it"), note, url, facts.have_passed(Box.State.FROZEN))


def _before_the_day(facts: Standing) -> Iterable[Step]:
    slug, session, sessions = facts.space.slug, facts.session, facts.sessions
    in_person = not facts.boxes or facts.offers("kiosk") or facts.offers("paper")
    has_session = any(one.boxes.all() for one in sessions)
    note = ngettext("%(count)d session", "%(count)d sessions", len(sessions)) % {"count": len(sessions)}
    url = link("office_meetings:meetings", slug)
    title = _("Announce a meeting with its session")
    yield _step("meeting", title, note, url, has_session, is_needed=in_person)
    sheets = sum(one.sheet_count for one in sessions)
    note = ngettext("%(count)d sheet", "%(count)d sheets", sheets) % {"count": sheets}
    url = link("paper:print_runs", session.ref) if session else ""
    yield _step(
        "paper", _("Print the sheets"), note, url, sheets > 0, is_needed=facts.offers("paper") or not facts.boxes
    )
    count = sum(one.device_count for one in sessions)
    note = ngettext("%(count)d device", "%(count)d devices", count) % {"count": count}
    url = link("office_devices:devices", session.ref) if session else ""
    needed = facts.offers("kiosk") or not facts.boxes
    yield _step("devices", _("Enrol the kiosks"), note, url, count > 0, is_needed=needed)
    written = next((box for box in facts.boxes if box.regime == Box.Regime.PERSON and box.offers_web), None)
    count = sum(box.letter_count for box in facts.boxes)
    note = ngettext("%(count)d letter", "%(count)d letters", count) % {"count": count}
    needed = not facts.boxes or written is not None
    url = link("paper:letters", written.ref) if written else ""
    yield _step("letters", _("Print the letters with a code"), note, url, count > 0, is_needed=needed)


def _closing(facts: Standing) -> Iterable[Step]:
    box = facts.box
    page = link("office_voting:box", box.ref) if box else ""
    closing = (link("office_closing:box", box.ref) if box else "") or page
    for name, title, note, state, url in (
        ("open", _("Open the vote"), _("From then on ballots are taken."), Box.State.OPEN, page),
        ("close", _("Close the vote"), _("Sessions first, then the vote."), Box.State.CLOSED, page),
        ("reconcile", _("Reconcile"), _("The accounts of rights and ballots."), Box.State.RECONCILED, closing),
        ("unseal", _("Open the box"), _("Ballots are shuffled, then read."), Box.State.OPENED, closing),
        ("certify", _("Certify the result"), _("The result and its data are published."), Box.State.CERTIFIED, closing),
    ):
        yield _step(name, title, note, url, facts.have_passed(state))
