"""What a whole vote leaves in the log of the office."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from server.office.deeds import DEEDS
from server.office.models import Act
from server.voting.models import RollEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def past_vote(standing_past_vote):
    return standing_past_vote


def test_the_town_s_vote_leaves_its_whole_way_in_the_log(past_vote):
    kept = list(Act.objects.filter(space=past_vote.space).order_by("pk").values_list("deed", flat=True))
    way = ["box.frozen", "box.voting_opened", "box.voting_closed", "box.reconciled", "box.opened", "box.certified"]
    assert [deed for deed in kept if deed in way] == way
    assert set(kept) <= set(DEEDS)


def test_an_act_is_found_by_its_box_or_session_whatever_words_that_had(past_vote):
    box, session = past_vote.box, past_vote.sessions[0]
    assert [act.deed for act in Act.objects.about(box)] == [
        "box.frozen", "box.voting_opened", "box.voting_closed", "box.reconciled", "box.opened", "box.certified",
    ]  # fmt: skip
    there = [act.deed for act in Act.objects.about(session)]
    assert there == ["session.open", "device.invited", "session.closed", "session.counted", "session.reconciled"]
    assert len(Act.objects.about(box, session)) == 11
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE office_act SET about = 'box:0'")


def test_i7_the_log_holds_nobody_of_the_roll_and_no_code(past_vote):
    written = str(list(Act.objects.values("subject", "facts", "undo")))
    assert not [entry for entry in RollEntry.objects.all() if f"{entry.given_name} {entry.family_name}" in written]
    assert not [code for code in (*past_vote.letters, *past_vote.stack) if code.text in written]
