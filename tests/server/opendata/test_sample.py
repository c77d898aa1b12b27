"""P12: what came of the letters to people marked in person is published in numbers, never who."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from server.ledger.models import Record
from server.opendata.actions import publish, published_folder
from server.processes.models import Space
from server.voting import actions as voting
from server.voting.models import SampleLetter
from tests.server.opendata.second_verifier import judged
from tests.server.opendata.test_publishing import verify
from tests.server.votes import Vote, without_guards
from tests.server.voting.test_sampling import SEED, draw, in_hall

pytestmark = pytest.mark.django_db
ANSWERS = {"confirmed": 1, "denied": 1, "returned": 1, "silent": 1}


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    """Six came, four were asked: one says yes, one no, one letter came back, of one nothing is heard."""
    vote = in_hall()
    first, second, third, _silent = draw(vote, size=4).letters.all()
    voting.note_answer(letter=first, answer="confirmed", by=vote.officer)
    voting.note_answer(letter=second, answer="denied", note="was abroad", by=vote.officer)
    voting.note_answer(letter=third, answer="returned", by=vote.officer)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    return vote.refresh()


def accounts(vote: Vote) -> dict:
    return json.loads((published_folder(vote.box) / "accounts.json").read_bytes())


def test_the_numbers_are_published_with_the_record_of_the_draw_and_both_verifiers_add_them_up(vote):
    told = accounts(vote)["sample"]
    record = Record.objects.get(type="sample.drawn")
    body, salt = bytes(record.payload.body).decode(), bytes(record.payload.body_salt).hex()
    assert told == {
        "index": record.index, "body": body, "salt": salt,
        "seed": SEED, "marks": 6, "size": 4, **ANSWERS,
    }  # fmt: skip
    code, words = verify(published_folder(vote.box))
    assert code == 0 and "a sample: 4 letters, 1 said no" in words
    [second] = judged([published_folder(vote.box)])
    assert second["isRight"] and {"code": "sample", "facts": {"n": 4, "marks": 6, "denied": 1}} in second["steps"]


def test_nobody_who_was_asked_is_in_a_file_or_on_the_page(vote, client):
    page = client.get(f"{vote.box.get_absolute_url()}result/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    published = b"".join(path.read_bytes() for path in published_folder(vote.box).iterdir()).decode()
    for one in SampleLetter.objects.select_related("mark__entry"):
        for text in (page, published):
            assert one.mark.entry.family_name not in text and "was abroad" not in text
    asked = re.sub(r"\s*([<>])\s*", r"\1", page.partition('id="asked"')[2].partition("</dl>")[0])
    for words in ('Marked in person</dt><dd class="num">6', 'no, I did not</dt><dd class="num">1', SEED):
        assert words in asked
    assert "Had 1 of the 6 marks been false" in page


def test_an_answer_that_went_is_found_in_the_sum(vote):
    """X17: below the actions, somebody takes the letter that was answered with a no."""
    SampleLetter.objects.filter(answer="denied").delete()
    folder = published_folder(vote.box)
    shutil.rmtree(folder)
    publish(vote.box, folder)
    assert "! accounts.json, sample: 4 letters, 3 answers or none" in verify(folder)[1]
    [second] = judged([folder])
    assert [(one["code"], one["facts"]) for one in second["problems"]] == [("sum", {"left": 4, "right": 3})]


def test_a_seed_that_was_altered_after_the_draw_is_found(vote):
    with without_guards():
        vote.box.sample.seed = "1 1 1"
        vote.box.sample.save()
    folder = published_folder(vote.box)
    shutil.rmtree(folder)
    publish(vote.box, folder)
    assert "! accounts.json, sample: not as it was drawn" in verify(folder)[1]
    assert [one["code"] for one in judged([folder])[0]["problems"]] == ["sample_drawn"]


def test_a_vote_without_a_sample_says_nothing_of_one(client, own_copy):
    vote = in_hall()
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    assert "sample" not in accounts(vote) and verify(published_folder(vote.box))[0] == 0
    assert 'id="asked"' not in client.get(f"{vote.box.get_absolute_url()}result/").content.decode()
