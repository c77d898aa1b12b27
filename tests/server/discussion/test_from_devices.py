"""What a device says of a comment, and how much of it is believed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from server.discussion import subjects
from server.discussion.applying import apply_written
from server.discussion.models import LONGEST, Comment, new_ref
from server.ledger.applying import CannotApply
from server.ledger.models import Payload, Record
from server.meetings.models import Meeting, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(talk, monkeypatch) -> Session:
    """One whose packs offered the debates of the town."""
    offered = replace(subjects.KINDS["debate"], was_offered=lambda subject, ref: subject.component.space == talk.space)
    monkeypatch.setitem(subjects.KINDS, "debate", offered)
    hours = {"starts_at": timezone.now(), "ends_at": timezone.now() + timezone.timedelta(hours=2)}
    return Session.objects.create(meeting=Meeting.objects.create(space=talk.space, title={"fr": "Forum"}, **hours))


def told(talk, **other: Any) -> dict[str, Any]:
    subject, author = {"kind": "debate", "ref": talk.debate.ref}, {"kind": "person", "name": "Ida"}
    facts = {"ref": new_ref(), "subject": subject, "parent": "", "text": "Un banc.", "stance": "for", "author": author}
    return facts | {"language": "fr"} | other


def brought(session: Session, body: Any) -> None:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    named, id_ = body["ref"] if isinstance(body, dict) else "", hashlib.sha256(text).hexdigest()
    record = Record(id=id_, type="comment.written", dev="d" * 64, session_ref=session.ref, header="")
    record.payload = Payload(subject=f"comment:{named}")
    apply_written(record, text)


def test_words_from_a_kiosk_stand_in_the_thread_at_the_kiosk_s_door(talk, session):
    brought(session, told(talk))
    comment = Comment.objects.get()
    assert (comment.door, comment.by_name, comment.written_at) == ("kiosk", "Ida", session.meeting.starts_at)
    assert talk.reload().comment_count == 1


def test_the_same_record_again_is_the_same_comment(talk, session):
    body = told(talk)
    for _again in range(2):
        brought(session, body)
    assert Comment.objects.count() == talk.reload().comment_count == 1


def test_a_device_speaks_for_no_account_no_table_and_no_other_door(talk, session):
    author = {"kind": "table", "name": "", "account": talk.nadia.pk}
    brought(session, told(talk, author=author, door="web", at="2001-01-01T00:00:00+00:00", mentions=[talk.nadia.pk]))
    comment = Comment.objects.get()
    assert (comment.author, comment.door, comment.author_kind) == (None, "kiosk", "person")
    assert comment.written_at.year > 2001 and not comment.mentions.exists()


def test_advertising_from_a_kiosk_waits_too(talk, session):
    brought(session, told(talk, text="http://a.example http://b.example"))
    assert Comment.objects.get().held_at and talk.reload().comment_count == 0


@pytest.mark.parametrize(
    "other",
    [
        {"text": ""},
        {"text": "x" * (LONGEST + 1)},
        {"text": 5},
        {"stance": "perhaps"},
        {"ref": "z" * 32},
        {"ref": "0"},
        {"ref": None},
        {"author": "Ida"},
        {"author": {"kind": "person", "name": "x" * 81}},
        {"subject": {"kind": "debate"}},
        {"subject": {"kind": "debate", "ref": "0" * 32}},
        {"subject": {"kind": "nothing", "ref": "0" * 32}},
        {"language": 1},
        {"parent": 7},
        {"text": "a\u202eb"},
        {"author": {"kind": "person", "name": "a\u202eb"}},
        {"text": "a\u0000b"},
    ],
)
def test_what_makes_no_sense_changes_nothing(talk, session, other):
    with pytest.raises(CannotApply):
        brought(session, told(talk, **other))
    assert not Comment.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"5"])
def test_what_is_no_body_changes_nothing(talk, session, body):
    with pytest.raises(CannotApply):
        brought(session, body)


def test_what_no_pack_offered_changes_nothing_whatever_a_phase_opens(talk, session, monkeypatch):
    talk.phase.openings.update(doors=["kiosk"])
    unasked = replace(subjects.KINDS["debate"], was_offered=lambda subject, ref: ref != session.ref)
    monkeypatch.setitem(subjects.KINDS, "debate", unasked)
    with pytest.raises(CannotApply, match="not_offered"):
        brought(session, told(talk))
    assert not Comment.objects.exists()


def test_where_a_thread_asks_for_no_opinion_none_is_kept(talk, session):
    component = talk.debate.component
    component.settings = {"asks_stance": False}
    component.save()
    brought(session, told(talk, stance="for"))
    assert Comment.objects.get().stance == "neutral"
