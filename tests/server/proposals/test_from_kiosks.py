"""Ideas and endorsements of kiosks without network: what the pack offers, and what becomes of what they bring."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from server.devices.models import Device
from server.devices.packs import build_pack
from server.ledger import applying
from server.ledger.models import Record
from server.meetings import actions as meetings
from server.processes.component_types import Activity
from server.processes.models import Component, Opening, Phase, Space
from server.processes.origin import Origin
from server.proposals.answering import join_proposals
from server.proposals.endorsing import by_door, count_not_counted, endorse_proposal, withdraw_endorsement
from server.proposals.exports import rows_of
from server.proposals.models import Endorsement, Offer, Proposal
from server.proposals.packed import LONGEST_PACKED, MOST_PACKED
from server.proposals.refusals import TooManyEndorsements
from server.proposals.rules import LONGEST_BODY, LONGEST_TITLE
from server.proposals.texts import Text
from server.proposals.writing import About, withdraw_proposal
from server.rehearsal.kiosk import Kiosk
from server.voting.actions import restore_right, void_pass
from server.voting.desk_reasons import LOST, RETURNED
from server.voting.models import Pass, Voice
from server.voting.passes import make_passes
from tests.server.proposals.ideas import close, make_ideas, organiser, person, propose
from tests.server.votes import Vote, make_vote, push

pytestmark = pytest.mark.django_db


@dataclass
class Hall:
    vote: Vote
    component: Component

    def kiosk(self) -> Kiosk:
        return self.vote.kiosk()

    def idea(self, title: str = "Un banc devant la gare") -> Proposal:
        return propose(self.component, title)


def make_hall(activities=(Activity.PROPOSE, Activity.ENDORSE), **rules) -> Hall:
    vote = make_vote(passes=6)
    Space.objects.filter(pk=vote.box.space.pk).update(published_at=timezone.now())
    vote.box.space.refresh_from_db()
    return Hall(vote, make_ideas(activities, space=vote.box.space, **rules))


@pytest.fixture
def hall() -> Hall:
    return make_hall()


def bring(kiosk: Kiosk) -> list[tuple[str, str]]:
    """Everything it holds that has not arrived; what became of its deeds, from the first after the opening."""
    push(kiosk)
    applying.apply_pending()
    rows = Record.objects.filter(dev=kiosk.dev).order_by("seq").exclude(type__in=["device.started", "meeting.state"])
    return list(rows.values_list("verdict", "reason"))


def voice(hall: Hall) -> str:
    """The right of the first pass of the stack."""
    return f"voice:{hall.vote.stack[0].voice(bytes(hall.vote.session.code_key)).hex()}"


def count(proposal: Proposal) -> int:
    return Proposal.objects.get(pk=proposal.pk).endorsement_count


ACCEPTED = ("accepted", "")


# -- the pack -------------------------------------------------------------------------------------


def test_a_pack_holds_what_kiosks_may_do_and_the_ideas_that_stand(hall: Hall):
    stands, gone = hall.idea(), hall.idea("Une fontaine au parc")
    withdraw_proposal(proposal=gone, by=person())
    [ideas] = hall.kiosk().pack["ideas"]
    assert [one["ref"] for one in ideas["proposals"]] == [stands.ref]
    assert (ideas["component"], ideas["may"], ideas["of"]) == (hall.component.pk, ["propose", "endorse"], 1)
    assert (ideas["longest_title"], ideas["longest_body"], ideas["most_endorsements"]) == (
        LONGEST_TITLE,
        LONGEST_BODY,
        0,
    )
    assert set(ideas["proposals"][0]) == {"ref", "number", "title", "text", "language"}


def test_a_pack_is_as_before_where_kiosks_may_do_nothing_else(hall: Hall):
    Opening.objects.update(doors=["web"])
    assert "ideas" not in hall.kiosk().pack


def test_what_opens_when_the_meeting_begins_is_in_a_pack_of_the_day_before(hall: Hall):
    meeting, now = hall.vote.session.meeting, timezone.now()
    meeting.starts_at, meeting.ends_at = now + timedelta(days=2), now + timedelta(days=2, hours=2)
    meeting.save()
    Phase.objects.filter(openings__component=hall.component).update(starts_at=now + timedelta(days=1))
    assert hall.kiosk().pack["ideas"][0]["may"] == ["propose", "endorse"]


@pytest.mark.parametrize("mode", [Device.Mode.SCANNER, Device.Mode.DESK])
def test_a_device_of_another_mode_has_no_ideas(hall: Hall, mode: str):
    kiosk = hall.kiosk()
    Device.objects.filter(dev=kiosk.dev).update(mode=mode)
    assert "ideas" not in json.loads(build_pack(Device.objects.get(dev=kiosk.dev))[0])


def test_of_very_many_a_pack_holds_some_by_lot_the_same_at_each_kiosk_and_says_of_how_many(hall: Hall, monkeypatch):
    monkeypatch.setattr("server.proposals.packed.MOST_PACKED", 3)
    for number in range(7):
        hall.idea(f"Proposition numéro {number}")
    (one,), (other,) = (hall.kiosk().pack["ideas"] for _turn in range(2))
    assert len(one["proposals"]) == 3 and one["of"] == 7
    assert one["proposals"] == other["proposals"] and MOST_PACKED == 200


def test_a_long_text_is_cut_at_a_word(hall: Hall):
    propose(hall.component, "Un banc devant la gare", "mot " * 400)
    [line] = hall.kiosk().pack["ideas"][0]["proposals"]
    assert len(line["text"]) <= LONGEST_PACKED + 2 and line["text"].endswith("mot …")


def test_kiosks_fetch_anew_what_was_withdrawn_hidden_or_joined_and_not_each_new_idea(
    hall: Hall, django_capture_on_commit_callbacks
):
    first, second = hall.idea(), hall.idea("Deux bancs devant la gare")
    kiosk, other = hall.kiosk(), make_vote(slug="ailleurs", officer="ailleurs@example.org").kiosk()

    def version(device: Kiosk = kiosk) -> int:
        return Device.objects.get(dev=device.dev).pack_version

    before, elsewhere = version(), version(other)
    with django_capture_on_commit_callbacks(execute=True):
        third = hall.idea("Une fontaine au parc")
    assert version() == before
    by = organiser(hall.component.space)
    for deed in (
        lambda: withdraw_proposal(proposal=third, by=person()),
        lambda: join_proposals(proposals=[first, second], text=Text("Des bancs", "Tous."), about=About(), by=by),
        lambda: Opening.objects.filter(activity=Activity.PROPOSE).get().delete(),
        lambda: Phase.objects.get(openings__component=hall.component).save(),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            deed()
        assert version() == (before := before + 1)
    assert version(other) == elsewhere


# -- endorsements ---------------------------------------------------------------------------------


def test_an_endorsement_of_a_kiosk_counts_once_by_its_door_and_in_its_session(hall: Hall):
    idea, kiosk, code = hall.idea(), hall.kiosk(), hall.vote.stack[0]
    kiosk.endorse(idea.ref, code), kiosk.endorse(idea.ref, code)
    assert bring(kiosk) == [ACCEPTED] * 2 and bring(kiosk) == [ACCEPTED] * 2
    assert count(idea) == 1 and by_door(idea) == {"kiosk": 1}
    assert Endorsement.objects.get().session_ref == hall.vote.session.ref
    row = next(row for row in rows_of(hall.component) if row["number"] == idea.number)
    assert (row["endorsements"], row["endorsements_kiosk"]) == (1, 1)
    assert applying.is_rebuilt_alike()


def test_taken_back_at_the_kiosk_it_counts_no_more(hall: Hall):
    idea, kiosk, code = hall.idea(), hall.kiosk(), hall.vote.stack[0]
    kiosk.endorse(idea.ref, code), kiosk.endorse(idea.ref, code, is_back=True)
    bring(kiosk)
    assert count(idea) == 0


def test_promise_5_what_endorses_is_not_what_votes_and_no_row_joins_the_two(hall: Hall):
    """The voice of a pass is neither of the values that lie beside it, and lies in an order of its own."""
    codes = make_passes(session=hall.vote.session, quantity=40)
    key = bytes(hall.vote.session.code_key)
    for code, held in codes:
        assert code.voice(key).hex() not in (held.use_value, held.check_value)
    fields = {field.name for field in Voice._meta.get_fields()}
    assert fields == {"id", "session", "value"}
    ours = Voice.objects.filter(value__in=[code.voice(key).hex() for code, _held in codes]).order_by("pk")
    values = list(ours.values_list("value", flat=True))
    assert values == sorted(values) and len(values) == 40
    assert not Pass.objects.filter(use_value__in=values).exists()


def test_a_pass_for_tests_has_no_voice(hall: Hall):
    make_passes(session=hall.vote.session, quantity=3, is_test=True)
    assert Voice.objects.count() == 6


FORGED = {
    "a ballot's value": lambda hall: f"use:{hall.vote.stack[0].use(bytes(hall.vote.session.code_key)).hex()}",
    "an account": lambda hall: person().right,
    "a made-up voice": lambda hall: f"voice:{'ab' * 16}",
    "a good value of another kind": lambda hall: voice(hall).replace("voice:", "entry:"),
}  # fmt: skip


@pytest.mark.parametrize("subject", FORGED)
def test_a_right_that_is_none_is_quarantined_and_counts_nowhere(hall: Hall, subject: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk._add("endorsement.given", json.dumps({"proposal": idea.ref}).encode(), subject=FORGED[subject](hall))
    assert bring(kiosk) == [("quarantined", "unknown_right")] and count(idea) == 0


def test_a_pass_of_another_session_is_no_right_here(hall: Hall):
    other = make_vote(slug="ailleurs", officer="ailleurs@example.org")
    idea, kiosk = hall.idea(), hall.kiosk()
    foreign = other.stack[0].voice(bytes(other.session.code_key)).hex()
    kiosk._add("endorsement.given", json.dumps({"proposal": idea.ref}).encode(), subject=f"voice:{foreign}")
    assert bring(kiosk) == [("quarantined", "unknown_right")]


def test_an_idea_of_another_space_is_offered_at_no_session_of_this_one(hall: Hall):
    elsewhere = propose(make_ideas())
    kiosk = hall.kiosk()
    kiosk.endorse(elsewhere.ref, hall.vote.stack[0])
    kiosk.propose(elsewhere.component_id, "Un banc", "À l’ombre.")
    assert bring(kiosk) == [("quarantined", "not_offered")] * 2
    assert count(elsewhere) == 0 and elsewhere.component.proposals.count() == 1


BODIES = [
    b"",
    b"{",
    b"[]",
    b"7",
    b'{"proposal": 5}',
    b'{"proposal": null}',
    b"{}",
    b'{"proposal": {"a": 1}}',
    b"[" * 9000,
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_another_shape_is_quarantined(hall: Hall, body: bytes):
    kiosk = hall.kiosk()
    for type_ in ("endorsement.given", "endorsement.withdrawn"):
        kiosk._add(type_, body, subject=voice(hall))
    assert bring(kiosk) == [("quarantined", "malformed")] * 2


def test_an_idea_that_nobody_knows_is_quarantined(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.endorse("0" * 24, hall.vote.stack[0])
    assert bring(kiosk) == [("quarantined", "subject_unknown")]


def test_a_kiosk_speaks_for_no_other_door(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    body = json.dumps({"proposal": idea.ref, "door": "desk"}).encode()
    kiosk._add("endorsement.given", body, subject=voice(hall))
    bring(kiosk)
    assert by_door(idea) == {"kiosk": 1}


# -- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_beyond_the_limit_of_a_right_the_same_ones_count_in_any_order_of_arrival(order: tuple[int, ...]):
    """One pass at three kiosks that know nothing of each other."""
    hall = make_hall(most_endorsements=2)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(3)]
    for number, idea in enumerate(ideas):
        Proposal.objects.filter(pk=idea.pk).update(ref=f"{number:024x}")
        idea.refresh_from_db()
    kiosks = [hall.kiosk() for _idea in ideas]
    for kiosk, idea in zip(kiosks, ideas, strict=True):
        kiosk.endorse(idea.ref, hall.vote.stack[0])
    for place in order:
        assert bring(kiosks[place]) == [ACCEPTED]
    lots = sorted(ideas, key=lambda idea: hashlib.sha256(f"{voice(hall)} {idea.ref}".encode()).digest())
    assert [count(idea) for idea in lots] == [1, 1, 0]
    assert Endorsement.objects.standing().filter(counts=False).count() == 1
    assert applying.is_rebuilt_alike()


def test_what_was_beyond_the_limit_counts_once_another_is_taken_back():
    hall = make_hall(most_endorsements=1)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    kiosks = [hall.kiosk() for _idea in ideas]
    for kiosk, idea in zip(kiosks, ideas, strict=True):
        kiosk.endorse(idea.ref, hall.vote.stack[0])
        bring(kiosk)
    [counts] = [place for place, idea in enumerate(ideas) if count(idea)]
    kiosks[counts].endorse(ideas[counts].ref, hall.vote.stack[0], is_back=True)
    bring(kiosks[counts])
    assert (count(ideas[counts]), count(ideas[1 - counts])) == (0, 1)


# -- what is open ---------------------------------------------------------------------------------


def test_p22_a_phase_that_ended_while_the_kiosk_was_offline_loses_nothing(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    close(hall.component)
    Opening.objects.all().delete()  # the office took it away, even
    assert bring(kiosk) == [ACCEPTED] * 2
    assert count(idea) == 1 and Proposal.objects.filter(title="Des arbres sur le quai", door="kiosk").exists()


def test_a_settled_session_takes_what_was_done_while_it_was_open_there(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    push(kiosk)
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    hall.vote.session.state = "reconciled"
    hall.vote.session.save()
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1


@pytest.mark.parametrize(
    ("moves", "reason"), [(["paused"], "not_open"), (["closed"], "late"), (["closed", "open"], "late")]
)
def test_what_was_done_while_the_session_was_not_open_there_waits_for_people(hall: Hall, moves: list[str], reason: str):
    idea, kiosk = hall.idea(), hall.kiosk()
    for state in moves:
        kiosk.move(state)
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("provisional", reason)] * 2
    assert count(idea) == 0 and hall.component.proposals.count() == 1


def test_what_no_pack_offered_is_quarantined(hall: Hall):
    Opening.objects.filter(activity=Activity.PROPOSE).delete()
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("quarantined", "not_offered")]
    assert list(Offer.objects.values_list("activity", flat=True)) == ["endorse"]


def test_p22_an_idea_that_was_joined_meanwhile_hands_on_what_a_kiosk_brings(hall: Hall):
    first, second, kiosk = hall.idea(), hall.idea("Deux bancs devant la gare"), hall.kiosk()
    for code in hall.vote.stack[:2]:
        kiosk.endorse(second.ref, code)
    kiosk.endorse(first.ref, hall.vote.stack[0])
    text = Text("Des bancs à la gare", "Tous.")
    one = join_proposals(proposals=[first, second], text=text, about=About(), by=organiser(hall.component.space))
    assert bring(kiosk) == [ACCEPTED] * 3
    assert count(one) == 2 and by_door(one) == {"kiosk": 2}


def test_a_withdrawn_idea_keeps_the_endorsements_that_were_on_their_way(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    withdraw_proposal(proposal=idea, by=person())
    assert bring(kiosk) == [ACCEPTED] and count(idea) == 1


def test_a_session_without_a_box_opens_where_people_can_do_something_else(hall: Hall):
    session, again = (hall.vote.session.meeting.sessions.create(label={"fr": "Atelier"}) for _turn in range(2))
    assert meetings.open_session(session=session, by=hall.vote.officer).state == "open"
    Opening.objects.all().delete()
    with pytest.raises(meetings.SessionWithoutBox):
        meetings.open_session(session=again, by=hall.vote.officer)


# -- ideas ----------------------------------------------------------------------------------------


def test_an_idea_of_a_kiosk_is_one_proposal_however_often_it_comes(hall: Hall):
    kiosk = hall.kiosk()
    record = kiosk.propose(hall.component.pk, "  Des arbres   sur le quai ", "Pour l’ombre.\r\nEt l’eau.", name=" Ida ")
    assert bring(kiosk) == [ACCEPTED]
    push(kiosk, kiosk.batch(1))
    Record.objects.filter(pk=record.id).update(is_applied=False)
    applying.apply_pending()
    made = Proposal.objects.get()
    assert (made.ref, made.title, made.body) == (record.id[:24], "Des arbres sur le quai", "Pour l’ombre.\nEt l’eau.")
    assert (made.shown_author, made.author_kind, made.author, made.right) == ("Ida", "person", None, "")
    assert (made.door, made.session_ref, made.number) == ("kiosk", hall.vote.session.ref, 1)
    [row] = rows_of(hall.component)
    assert (row["door"], row["author"]) == ("kiosk", "Ida")


def test_who_gives_no_name_is_somebody(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    bring(kiosk)
    assert Proposal.objects.get().author_name == ""


def test_a_rule_that_became_stricter_meanwhile_takes_no_idea_away(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "x" * 3000)
    Component.objects.filter(pk=hall.component.pk).update(settings={"longest_body": 200})
    assert bring(kiosk) == [ACCEPTED]


WRONG = {
    "no title": {"title": "  "}, "no text": {"body": ""}, "a long title": {"title": "x" * (LONGEST_TITLE + 1)},
    "a long text": {"body": "x" * (LONGEST_BODY + 1)}, "a long name": {"name": "x" * 121}, "no words": {"title": 5},
    "a component that is none": {"component": "7"}, "true": {"component": True}, "zero": {"component": 0},
    "too large a number": {"component": 2**63}, "a language that is none": {"language": "<svg>"},
    "hidden characters": {"body": "a\u202eb"}, "a zero byte": {"title": "a\x00b"}, "a name that is none": {"name": []},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_idea_of_another_shape_is_quarantined_and_stops_no_other(hall: Hall, name: str):
    kiosk = hall.kiosk()
    facts = {"component": hall.component.pk, "title": "Un banc", "body": "Ici.", "language": "fr", "name": ""}
    kiosk._add("proposal.version", json.dumps(facts | WRONG[name]).encode())
    kiosk.propose(hall.component.pk, "Des arbres sur le quai", "Pour l’ombre.")
    assert bring(kiosk) == [("quarantined", "malformed"), ACCEPTED]
    assert [one.title for one in Proposal.objects.all()] == ["Des arbres sur le quai"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 9000, b"\xff"])
def test_bytes_that_are_no_idea_are_quarantined(hall: Hall, body: bytes):
    kiosk = hall.kiosk()
    kiosk._add("proposal.version", body)
    assert bring(kiosk) == [("quarantined", "malformed")]


def test_an_idea_is_nobodys_right(hall: Hall):
    kiosk = hall.kiosk()
    facts = {"component": hall.component.pk, "title": "Un banc", "body": "Ici.", "language": "fr", "name": ""}
    kiosk._add("proposal.version", json.dumps(facts).encode(), subject=f"account:{person().pk}")
    assert bring(kiosk) == [("quarantined", "malformed")]


def test_a_component_of_another_kind_takes_no_idea(hall: Hall):
    kiosk = hall.kiosk()
    kiosk.propose(hall.vote.box.component_id, "Un banc", "Ici.")
    assert bring(kiosk) == [("quarantined", "subject_unknown")]


def test_ideas_and_endorsements_are_applied_in_their_order_with_all_that_stands_between(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    for number, code in enumerate(hall.vote.stack[:3]):
        kiosk.endorse(idea.ref, code)
        kiosk.propose(hall.component.pk, f"Idée {number} du préau", "Ici.")
    assert bring(kiosk) == [ACCEPTED] * 6
    assert count(idea) == 3 and [one.title for one in Proposal.objects.filter(door="kiosk").order_by("number")] == [
        f"Idée {number} du préau" for number in range(3)
    ]
    assert not Record.objects.to_apply().exists()


# -- the same right at the desk of the web --------------------------------------------------------


def test_the_limit_of_a_pass_holds_at_the_desk_too():
    hall = make_hall(most_endorsements=1)
    Opening.objects.update(doors=["web", "kiosk", "desk"])
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    right = voice(hall)
    at_desk = Origin.at_desk(hall.vote.session, hall.vote.officer)
    endorse_proposal(proposal=ideas[0], right=right, origin=at_desk)
    with pytest.raises(TooManyEndorsements):
        endorse_proposal(proposal=ideas[1], right=right, origin=at_desk)
    withdraw_endorsement(proposal=ideas[0], right=right, origin=at_desk)
    endorse_proposal(proposal=ideas[1], right=right, origin=at_desk)
    assert [count(idea) for idea in ideas] == [0, 1] and by_door(ideas[1]) == {"desk": 1}


def test_a_pack_names_no_hidden_idea(hall: Hall):
    idea = hall.idea()
    Proposal.objects.filter(pk=idea.pk).update(hidden_at=timezone.now())
    assert hall.kiosk().pack["ideas"][0]["proposals"] == []


# -- passes that are void -------------------------------------------------------------------------


def lose(hall: Hall) -> None:
    """The first pass of the stack was lost, and somebody had its code."""
    code = hall.vote.stack[0].grouped
    void_pass(session=hall.vote.session, code_text=code, reason=LOST, by=hall.vote.officer)
    applying.apply_pending()


@pytest.mark.parametrize("is_before", [True, False])
def test_promise_3_what_was_endorsed_with_a_lost_pass_does_not_count_whenever_it_comes(hall: Hall, is_before: bool):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    kiosk.endorse(idea.ref, hall.vote.stack[1])
    if is_before:
        bring(kiosk)
        assert count(idea) == 2
    lose(hall)
    assert bring(kiosk) == [ACCEPTED] * 2, "it is kept, and named as not counted"
    assert count(idea) == 1 and by_door(idea) == {"kiosk": 1}
    assert Endorsement.objects.standing().count() == 2
    assert applying.is_rebuilt_alike()


def test_void_twice_is_void_once(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    bring(kiosk)
    lose(hall), lose(hall)
    assert Record.objects.filter(type="voice.void").count() == 1 and count(idea) == 0


def test_of_a_void_pass_none_counts_where_each_may_give_so_many():
    hall = make_hall(most_endorsements=1)
    ideas = [hall.idea(f"Proposition numéro {number}") for number in range(2)]
    for idea in ideas:
        kiosk = hall.kiosk()
        kiosk.endorse(idea.ref, hall.vote.stack[0])
        bring(kiosk)
    assert sum(count(idea) for idea in ideas) == 1
    lose(hall)
    assert [count(idea) for idea in ideas] == [0, 0]
    assert count_not_counted(hall.component) == 0, "not for the limit"
    assert applying.is_rebuilt_alike()


def test_a_pass_that_was_joined_into_another_proposal_is_taken_out_there(hall: Hall):
    one, other = hall.idea(), hall.idea("Deux bancs")
    kiosk = hall.kiosk()
    kiosk.endorse(one.ref, hall.vote.stack[0])
    bring(kiosk)
    text = Text("Des bancs à la gare", "Deux.")
    joined = join_proposals(
        proposals=[one, other], text=text, about=About(), by=organiser(hall.component.space)
    )  # fmt: skip
    assert count(joined) == 1
    lose(hall)
    assert count(joined) == 0


def test_a_pass_that_is_brought_back_at_the_exit_takes_nothing_with_it(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    kiosk.endorse(idea.ref, hall.vote.stack[0])
    bring(kiosk)
    code = hall.vote.stack[0].grouped
    void_pass(session=hall.vote.session, code_text=code, reason=RETURNED, by=hall.vote.officer)
    applying.apply_pending()
    assert count(idea) == 1 and not Record.objects.filter(type="voice.void").exists()


def test_whoever_gives_a_pass_back_to_vote_online_takes_back_what_they_endorsed_with_it(hall: Hall):
    idea, kiosk = hall.idea(), hall.kiosk()
    code = hall.vote.hand_over(0)
    kiosk.endorse(idea.ref, code)
    bring(kiosk)
    mark = hall.vote.box.presence_marks.get()
    restore_right(mark=mark, code_text=code.grouped, reason="online", by=hall.vote.officer)
    applying.apply_pending()
    assert count(idea) == 0


def test_a_vote_beside_which_nothing_is_asked_writes_nothing_of_voices(hall: Hall):
    Opening.objects.update(doors=["web"])
    hall.kiosk()
    lose(hall)
    assert not Record.objects.filter(type="voice.void").exists()
