"""What needs a person today: a pure function of facts, and each of its answers with words and a place to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve
from django.utils import timezone, translation

from server.cards.models import Card, CardBatch, CardForm, CardImage, CardRun
from server.meetings.models import Session
from server.office.models import Job
from server.processes.attention import (
    BoxFacts,
    CardFacts,
    DeviceFacts,
    Need,
    PhaseFacts,
    SessionFacts,
    SpaceFacts,
    attention,
)
from server.processes.attention_words import CALLS, _call, needs_attention
from server.processes.models import Space
from server.processes.standing import standing_of
from server.proposals.amending import is_for_the_town, reject_amendment
from server.proposals.answering import propose_officially
from server.proposals.models import Proposal
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from server.voting.models import Roll
from server.web.templatetags.parvis import day
from tests.server.back_office.conftest import login
from tests.server.proposals.ideas import make_ideas, person, propose
from tests.server.proposals.ideas import organiser as organiser_of
from tests.server.proposals.test_amending import BODY, TITLE, amend, place

NOW = datetime(2026, 5, 4, 18, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def session(**facts) -> SessionFacts:
    """An evening that goes as it should, but for what ``facts`` say."""
    usual = {"ref": "s", "title": "Forum", "state": "open", "starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
    return SessionFacts(**{**usual, **facts})


def box(**facts) -> BoxFacts:
    return BoxFacts(**{"ref": "b", "title": "Budget", "state": "open", **facts})


def phase(begins: timedelta, ends: timedelta, **facts) -> PhaseFacts:
    return PhaseFacts(**{"pk": 1, "title": "Vote", "starts_at": NOW + begins, "ends_at": NOW + ends, **facts})


VOTING = phase(-DAY, DAY, is_vote=True)
SOON = phase(9 * DAY, 12 * DAY, is_vote=True)
FAR = phase(40 * DAY, 50 * DAY, is_vote=True)
OVER = phase(-9 * DAY, -DAY, is_vote=True, has_answer=False)
NEXT_WEEK = {"state": "prepared", "starts_at": NOW + 7 * DAY, "ends_at": NOW + 8 * DAY}
# Kinds whose page is found by a number.
NUMBERED = (
    "witness_alarm",
    "job_stopped",
    "second_person",
    "roll_empty",
    "roll_look_alikes",
    "no_promise",
    "no_answer",
    "phase_not_closed",
    "phase_not_begun",
    "phase_past_end",
    "card_images_go",
    "cards_waiting",
)
CASES = [
    ({}, []),
    ({"sessions": [session()], "boxes": [box()], "phases": [VOTING]}, []),
    ({"sessions": [session(late=2)]}, ["now late_records"]),
    ({"doubted": [("s", "Forum", "reconciled", 3)]}, ["now doubted_ballots"]),
    ({"doubted": [("s", "Forum", "open", 1)]}, ["later doubted_ballots"]),
    ({"sessions": [session(walk_ins=1)]}, ["now walk_ins"]),
    ({"boxes": [box(doubtful_envelopes=2, may_open_envelopes=True)]}, ["now envelopes_doubtful"]),
    ({"boxes": [box(may_open_envelopes=True)]}, ["now envelopes_shut"]),
    ({"sessions": [session(marked_twice=1)]}, ["now marked_twice"]),
    ({"sessions": [session(waiting=1)]}, ["now sheets_waiting"]),
    ({"sessions": [session(failed_batches=1)]}, ["now scans_stopped"]),
    ({"sessions": [session(devices=[DeviceFacts("K", 0, NOW - HOUR)])]}, ["now device_silent"]),
    ({"sessions": [session(devices=[DeviceFacts("K", 0, None)])]}, ["now device_silent"]),
    ({"sessions": [session(devices=[DeviceFacts("K", 4, NOW - HOUR)])]}, ["now device_holds"]),
    ({"sessions": [session(devices=[DeviceFacts("K", 4, NOW)])]}, []),
    ({"sessions": [session(ends_at=NOW - HOUR)]}, ["now session_past_end"]),
    ({"sessions": [session(state="paused", ends_at=NOW - HOUR)]}, ["now session_past_end"]),
    ({"sessions": [session(state="prepared")]}, ["now session_not_open"]),
    ({"sessions": [session(state="prepared", ends_at=NOW - HOUR)]}, ["now session_never_opened"]),
    ({"sessions": [session(state="closed")]}, ["now stacks_not_counted"]),
    ({"sessions": [session(state="closed", unsettled=2)]}, ["now accounts_open"]),
    ({"sessions": [session(state="closed", unsettled=0)]}, ["now session_not_reconciled"]),
    ({"sessions": [session(wants_kiosks=True)]}, ["now no_kiosk"]),
    ({"sessions": [session(**NEXT_WEEK, has_boxes=False)]}, ["soon session_without_box"]),
    ({"sessions": [session(**NEXT_WEEK, wants_kiosks=True)]}, ["soon no_kiosk"]),
    ({"sessions": [session(**NEXT_WEEK, wants_sheets=True)]}, ["soon no_sheets"]),
    ({"sessions": [session(**NEXT_WEEK, wants_sheets=True, sheets=9)]}, []),
    ({"boxes": [box(state="draft", problems=["…"])]}, ["later box_incomplete"]),
    ({"boxes": [box(state="draft", problems=["…"])], "phases": [SOON]}, ["soon box_incomplete"]),
    ({"boxes": [box(state="draft")], "phases": [FAR]}, ["soon box_not_frozen"]),
    ({"boxes": [box(state="draft")], "phases": [VOTING]}, ["now box_not_frozen"]),
    ({"boxes": [box(state="frozen")], "phases": [SOON]}, []),
    ({"boxes": [box(state="frozen")], "phases": [VOTING]}, ["now vote_not_open"]),
    ({"boxes": [box(state="frozen", wants_letters=True, without_letter=3)]}, ["soon letters_missing"]),
    ({"boxes": [box(state="open")], "phases": [OVER]}, ["now vote_past_end", "later no_answer"]),
    ({"boxes": [box(state="closed")]}, ["now box_not_reconciled"]),
    ({"boxes": [box(state="closed", are_sessions_done=False)]}, []),
    ({"boxes": [box(state="reconciled")]}, ["now box_not_opened"]),
    ({"boxes": [box(state="opened")]}, ["now result_not_certified"]),
    ({"boxes": [box(state="certified")]}, []),
    ({"sessions": [session(devices=[DeviceFacts("K", 0, NOW, True)])]}, ["now device_saw_another_list"]),
    ({"sessions": [session(devices=[DeviceFacts("K", 0, NOW, is_copied=True)])]}, ["now device_copied"]),
    ({"sessions": [session(strangers=2)]}, ["now devices_unknown"]),
    ({"witness_alarms": [(3, "Brume")]}, ["now witness_alarm"]),
    ({"witness_alarms": [(3, "Brume")], "sessions": [session(late=2)]}, ["now witness_alarm", "now late_records"]),
    ({"doubted": [("0" * 16, "S", "open", 4)]}, ["later doubted_ballots"]),
    ({"doubted": [("0" * 16, "S", "closed", 4)]}, ["now doubted_ballots"]),
    ({"empty_rolls": [(4, "Liste")]}, ["later roll_empty"]),
    ({"empty_rolls": [(4, "Liste")], "phases": [SOON]}, ["soon roll_empty"]),
    ({"is_published": False, "phases": [SOON]}, ["soon not_published"]),
    ({"is_published": False, "phases": [FAR]}, []),
    ({"phases": [phase(-DAY, DAY, has_promise=False)]}, ["later no_promise"]),
    ({"phases": [phase(-2 * DAY, -DAY, has_answer=False)]}, ["later no_answer"]),
    ({"phases": [phase(-2 * DAY, -DAY, is_closed=False)]}, ["later phase_not_closed"]),
    ({"phases": [phase(-2 * DAY, -DAY, is_closed=False, has_promise=False, has_answer=False)]}, []),
    ({"phases": [phase(-DAY, DAY, activation="hand")]}, ["soon phase_not_begun"]),
    ({"phases": [phase(DAY, 2 * DAY, activation="hand")]}, []),
    ({"phases": [phase(-2 * DAY, -DAY, activation="hand", begun_at=NOW - DAY)]}, ["soon phase_past_end"]),
    ({"phases": [phase(-2 * DAY, DAY, ended_at=NOW - DAY, has_answer=False)]}, ["later no_answer"]),
    ({"phases": [phase(-DAY, DAY, activation="hand", begun_at=NOW - DAY, has_promise=False)]}, ["later no_promise"]),
    (
        {"boxes": [box(state="frozen")], "phases": [phase(-DAY, DAY, is_vote=True, activation="hand")]},
        ["soon phase_not_begun"],
    ),
    (
        {"boxes": [box(state="open")], "phases": [phase(-DAY, DAY, is_vote=True, ended_at=NOW - HOUR)]},
        ["now vote_past_end"],
    ),
    ({"alike_rolls": [(8, "Roll", 3)]}, ["later roll_look_alikes"]),
    ({"stopped_jobs": [(8, "Roll")]}, ["now job_stopped"]),
    ({"approvals": [(8, "Open the box")]}, ["now second_person"]),
    ({"to_moderate": 2}, ["now to_moderate"]),
    ({"amendments": [(5, 12, "Charte", 2)]}, ["soon amendments_waiting"]),
    ({"cards": [CardFacts(5, "Idées", TODAY + 8 * DAY, 2)]}, ["soon cards_waiting"]),
    ({"cards": [CardFacts(5, "Idées", TODAY + 7 * DAY, 2)]}, ["now card_images_go"]),
    (
        {"cards": [CardFacts(5, "I", TODAY, 2), CardFacts(5, "I", TODAY + 9 * DAY, 1)]},
        ["now card_images_go", "soon cards_waiting"],
    ),
    ({"cards": [CardFacts(5, "I", TODAY + n * DAY, 1) for n in (8, 9)]}, ["soon cards_waiting"]),
    ({"ideas": [("s", "Forum", 2)]}, ["soon ideas_waiting"]),
    ({"sessions": [session(out_of_line=2)]}, []),
    ({"sessions": [session(out_of_line=2, state="closed")]}, ["now out_of_line", "now stacks_not_counted"]),
]


@pytest.mark.parametrize(("facts", "expected"), CASES)
def test_each_fact_calls_for_its_deed_and_nothing_else(facts, expected):
    assert [f"{need.urgency} {need.kind}" for need in attention(SpaceFacts(now=NOW, **facts))] == expected


def test_what_is_pressing_comes_first():
    facts = {"empty_rolls": [(1, "R")], "boxes": [box(state="draft")], "sessions": [session(late=1)]}
    urgencies = [need.urgency for need in attention(SpaceFacts(now=NOW, phases=[FAR], **facts))]
    assert urgencies == ["now", "soon", "later"]


def kinds() -> set[str]:
    return {entry.split()[1] for _facts, expected in CASES for entry in expected}


def test_every_call_has_words_and_every_word_is_called():
    assert kinds() == set(CALLS)


@pytest.mark.parametrize("kind", sorted(CALLS))
def test_every_call_leads_to_a_page_that_exists(kind):
    words = {
        "count": 2,
        "session": "S",
        "box": "B",
        "device": "D",
        "witness": "W",
        "problem": "P.",
        "job": "J",
        "roll": "R",
        "phase": "F",
        "deed": "D",
        "component": "C",
        "day": TODAY,
    }
    for language in ("fr", "en"):
        with translation.override(language):
            ref = (5, 12) if kind == "amendments_waiting" else 7 if kind in NUMBERED else "0" * 16
            call = _call(Need(kind, "now", ref, words), Space(slug="s"))
            assert resolve(call.url.partition("#")[0]) and call.text and call.deed


@pytest.mark.django_db
def test_a_job_that_failed_is_called_for_until_it_is_done(organiser):
    space = Space.objects.get()
    roll = Roll.objects.create(space=space, title="Liste")
    failed = Job.objects.create(kind="roll.import", key="a", space=space, facts={"roll": roll.pk}, state="failed")
    page = organiser.get("/office/prepare/").content.decode()
    assert f"/office/jobs/{failed.pk}/" in page and "Stopped before its end" in page
    Job.objects.create(kind="roll.import", key="b", space=space, facts={"roll": roll.pk}, state="done")
    assert "Stopped before its end" not in organiser.get("/office/prepare/").content.decode()


@pytest.mark.django_db
def test_a_work_under_way_is_shown_on_the_overview(organiser):
    job = Job.objects.create(kind="roll.import", key="a", space=Space.objects.get(), facts={"roll": 1})
    assert f"/office/jobs/{job.pk}/" in organiser.get("/office/prepare/").content.decode()


@pytest.mark.django_db
def test_the_accounts_of_a_closed_session_are_judged_only_after_the_count(open_vote, town):
    """Blind: before people have counted, the overview tells no more than that they must."""
    one = open_vote.sessions[0]
    Session.objects.filter(pk=one.pk).update(state="closed")
    told = [call.text for call in needs_attention(standing_of(open_vote.space))]
    assert any("are not counted yet" in text for text in told) or any("comptées" in text for text in told)
    assert not any("account" in text and "add up" in text for text in told)


@pytest.mark.django_db
def test_the_overview_names_the_next_thing_to_do(organiser):
    page = organiser.get("/office/prepare/").content.decode()
    assert "The next thing to do:" in page and "Set the phases and what is promised" in page


@pytest.mark.django_db
def test_the_overview_of_a_vote_under_way_calls_for_nothing_that_is_done(open_vote, town):
    client = login(town.staff["organiser"])
    page = client.get(f"/office/{open_vote.space.slug}/").content.decode()
    assert "cannot be frozen" not in page and "is not open" not in page


@pytest.mark.django_db
def test_amendments_that_the_town_must_decide_about_are_called_for_until_it_has():
    component = place()
    odile, ines = organiser_of(component.space), propose(component)
    official = propose_officially(component=component, text=Text(TITLE, BODY), about=About(), by=odile)
    amend(ines)  # its author decides
    first, gone = amend(official), amend(official, BODY + " Non.", by="lea")
    withdraw_proposal(proposal=gone, by=person("lea"))
    calls = [one for one in needs_attention(standing_of(component.space)) if "amendment" in one.url]
    assert [one.url for one in calls] == [
        f"/office/{component.space.slug}/proposals/{component.pk}/{first.number}/amendment/"
    ]
    reject_amendment(amendment=first, words="Non.", by=odile, for_town=True)
    assert not [one for one in needs_attention(standing_of(component.space)) if "amendment" in one.url]


@pytest.mark.django_db
def test_what_has_no_author_with_an_account_is_for_the_town_as_each_alone_is_asked():
    component = place()
    alone, signed = propose(component), propose(component, "Un arbre", by="lea")
    Proposal.objects.update(author=None)
    signed.coauthors.add(person("noe"))
    official = propose_officially(
        component=component, text=Text(TITLE, BODY), about=About(), by=organiser_of(component.space)
    )
    many = set(Proposal.objects.for_the_town().values_list("pk", flat=True))
    assert many == {one.pk for one in Proposal.objects.all() if is_for_the_town(one)} == {alone.pk, official.pk}


@pytest.mark.django_db
def test_cards_are_called_for_while_they_wait_and_their_day_is_told(tmp_path, settings):
    settings.PARVIS_VAR = tmp_path
    component = make_ideas(doors=["web", "paper"])
    until = timezone.localdate() + timedelta(days=3)
    run = CardRun.objects.create(
        component=component, number=1, kind="idea", quantity=2, language="fr", images_until=until, status="ready"
    )
    form = CardForm.objects.create(run=run, definition="{}", definition_hash="0" * 64, layout="{}")
    batch = CardBatch.objects.create(component=component, filename="a.pdf", digest="0" * 64)
    for number in (1, 2):
        card = Card.objects.create(form=form, use_value=str(number) * 32)
        CardImage.objects.create(batch=batch, page=number, card=card, form=form, status="card", image="x.png")
    with translation.override("en"):
        found = [one for one in needs_attention(standing_of(component.space)) if "card" in one.text]
        assert [one.url for one in found] == [f"/office/{component.space.slug}/cards/{component.pk}/queue/"]
        assert found[0].text.startswith("2 cards of “Proposals” are not typed in.") and day(until) in found[0].text
    Card.objects.update(outcome="typed")
    assert not [one for one in needs_attention(standing_of(component.space)) if "/cards/" in one.url]
