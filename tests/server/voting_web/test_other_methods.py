"""Ranks, points, dots and questions at the web door, as plain forms, and sealed as the protocol says (D19, P21)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from server.ledger.models import Record
from server.processes.models import Space
from server.voting import boxkeys
from server.voting.definitions import Definition
from server.voting.sealing import unseal
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}
METHODS = {
    "ranked": {"method": "ranked", "min_choices": 1, "max_choices": 3},
    "score": {"method": "score", "min_choices": 1, "max_choices": 0, "points": 5},
    "dots": {"method": "dots", "min_choices": 1, "max_choices": 0, "points": 6, "per_choice": 3},
    "yes-no": {"method": "yes-no"},
}
# What is filled in, in the order of the form, and the answer that is sealed.
HONEST = {
    "ranked": ({"at:lavoir": "2", "at:bancs": "", "at:verger": "1"}, ["verger", "lavoir"]),
    "score": ({"at:bancs": "0", "at:lavoir": "5", "at:verger": ""}, {"lavoir": 5, "bancs": 0}),
    "dots": ({"at:bancs": "0", "at:lavoir": "3", "at:piste": "2"}, {"lavoir": 3, "piste": 2}),
    "yes-no": ({"choice": "no"}, ["no"]),
}
WRONG = {
    "ranked": [
        ({"at:lavoir": "1", "at:bancs": "1"}, "rank_twice"),
        ({"at:lavoir": "1", "at:bancs": "3"}, "rank_missing"),
        ({"at:lavoir": "4"}, "out_of_range"),
        ({"at:lavoir": "0"}, "out_of_range"),
        ({"at:fontaine": "1"}, "unknown_choice"),
        ({"choice": "lavoir"}, "malformed"),
    ],
    "score": [
        ({"at:lavoir": "6"}, "out_of_range"),
        ({"at:lavoir": "-1"}, "out_of_range"),
        ({"at:lavoir": "2.5"}, "out_of_range"),
        ({"at:fontaine": "2"}, "unknown_choice"),
    ],
    "dots": [
        ({"at:lavoir": "3", "at:bancs": "3", "at:piste": "1"}, "too_many_points"),
        ({"at:lavoir": "4"}, "out_of_range"),
        ({"at:lavoir": "three"}, "out_of_range"),
    ],
    "yes-no": [({"choice": "maybe"}, "unknown_choice"), ({"choice": ["yes", "no"]}, "too_many"),
               ({"at:yes": "1"}, "malformed")],
}  # fmt: skip


class Voter:
    """A browser without scripts, with the first letter of a vote by this method."""

    def __init__(self, client, method: str) -> None:
        self.client = client
        self.vote = make_vote(people=1, passes=0, doors=["web", "kiosk"], **METHODS[method])
        Space.objects.update(published_at=self.vote.session.meeting.starts_at)
        self.home = self.vote.box.get_absolute_url()

    def enter(self):
        return self.client.post(f"{self.home}enter/", {"code": self.vote.letters[0].grouped}, **ENGLISH)

    def send(self, page, step: str, **fields):
        text = page.content.decode()
        form = text.split("data-ballot" if "data-ballot" in text else "data-cast")[1]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.split("</form>")[0]))
        return self.client.post(f"{self.home}ballot/", {**hidden, "step": step, **fields}, **ENGLISH)

    def opened(self):
        (record,) = Record.objects.filter(type="ballot.sealed").order_by("index")
        definition = Definition.of(self.vote.box)
        private = boxkeys.private_key(self.vote.box)
        return unseal(bytes(record.payload.body), box_private=private, definition=definition.hash_bytes)["q1"]


@pytest.fixture
def voter(client, request) -> Voter:
    return Voter(client, request.param)


def shown(name: str, page) -> str:
    """The page; kept for the eye where a folder is named."""
    if folder := os.environ.get("PARVIS_TEST_PAGES"):
        (Path(folder) / f"{name}.html").write_text(page.content.decode())
    return page.content.decode()


@pytest.mark.parametrize("voter", METHODS, indirect=True)
def test_a_ballot_is_filled_in_checked_and_cast_as_it_was_meant(voter, request):
    method = voter.vote.box.method
    fields, answer = HONEST[method]
    page = voter.enter()
    assert page.status_code == 200 and f'data-method="{method}"' in shown(method, page)
    check = voter.send(page, "review", **fields)
    assert check.status_code == 200 and "Cast my ballot" in shown(f"{method}-check", check)
    again = voter.send(check, "choose")  # back to the ballot, with everything that was filled in
    text = shown(f"{method}-again", again)
    for name, value in fields.items():
        if value not in ("", "0") and name != "choice":
            assert re.search(rf'name="{name}"[^>]*value="{value}"[^>]*checked|selected>|value="{value}"', text)
    done = voter.send(check, "cast")
    assert done.status_code == 302 and done["Location"].startswith("/receipt/")
    assert voter.send(check, "cast")["Location"] == done["Location"]  # D19
    assert voter.opened() == answer
    if isinstance(answer, dict):
        assert list(voter.opened()) == list(answer)


@pytest.mark.parametrize("voter", METHODS, indirect=True)
def test_nothing_filled_in_is_a_blank_ballot(voter):
    check = voter.send(voter.enter(), "review")
    assert "A blank ballot" in check.content.decode()
    assert voter.send(check, "cast").status_code == 302
    assert voter.opened() == ({} if voter.vote.box.method in ("score", "dots") else [])


@pytest.mark.parametrize("voter", METHODS, indirect=True)
def test_p21_what_does_not_fit_is_refused_in_words_and_kept_in_the_form(voter):
    page = voter.enter()
    for fields, why in WRONG[voter.vote.box.method]:
        for step in ("review", "cast"):
            told = voter.send(page, step, **fields)
            text = shown(f"{voter.vote.box.method}-{why}", told)
            assert told.status_code == 422
            alarm = text.split('id="errors"')[1].split("</div>")[0]
            said = re.findall(r'<p data-why="([a-z_]+)">', re.sub(r"\s+", " ", alarm).replace(" >", ">"))
            assert said == [why]
        typed = [(name, value) for name, value in fields.items() if name in ("at:lavoir", "at:bancs")]
        if why in ("rank_twice", "rank_missing", "too_many_points"):
            assert all(f'value="{value}" selected' in text or f'value="{value}"' in text for _name, value in typed)
    assert not Record.objects.filter(type="ballot.sealed").exists()


@pytest.mark.parametrize("voter", ["ranked"], indirect=True)
def test_a_form_sent_with_far_too_many_fields_is_judged_not_obeyed(voter):
    fields = {f"at:p{number}": "1" for number in range(800)}
    assert voter.send(voter.enter(), "review", **fields).status_code == 422
