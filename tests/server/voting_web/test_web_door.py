"""The web door over HTTP, as plain forms: enter, choose, check, cast, receipt."""

from __future__ import annotations

import logging
import re
import time

import pytest

from server.ledger.keys import b64u
from server.ledger.models import Record
from server.meetings.actions import close_session
from server.processes.models import Space
from server.voting import boxkeys
from server.voting.actions import close_voting, mark_used_in_person, unmatch_account, void_pass
from server.voting.definitions import Definition
from server.voting.models import Box, RollEntry, WrongCodes
from server.voting.sealing import seal, unseal
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"accept-language": "en"}}


@pytest.fixture
def town(standing_town):
    return standing_town


class Voter:
    """A browser without scripts at the web door of one box."""

    def __init__(self, client, box: Box) -> None:
        self.client, self.box, self.home = client, box, box.get_absolute_url()

    def enter(self, code: str = "", **fields: str):
        return self.client.post(f"{self.home}enter/", {"code": code, **fields}, **ENGLISH)

    def hidden(self, page) -> dict[str, str]:
        form = page.content.decode().split("data-ballot" if b"data-ballot" in page.content else "data-cast")[1]
        return dict(re.findall(r'<input type="hidden" name="(right|token)" value="([^"]*)"', form))

    def send(self, page, step: str, *chosen: str, **fields: str):
        data = {**self.hidden(page), "choice": chosen, "step": step, **fields}
        return self.client.post(f"{self.home}ballot/", data, **ENGLISH)

    def vote(self, code: str, *chosen: str):
        """The whole way; the answer of the last step, which leads to the receipt."""
        return self.send(self.send(self.enter(code), "review", *chosen), "cast", *chosen)


@pytest.fixture
def voter(client, open_vote) -> Voter:
    return Voter(client, open_vote.box)


def ballots() -> list[Record]:
    return list(Record.objects.filter(type="ballot.sealed", definition__gt="").order_by("index"))


def opened(box: Box, record: Record) -> dict[str, list[str]]:
    definition = Definition.of(box)
    body = bytes(record.payload.body)
    return unseal(body, box_private=boxkeys.private_key(box), definition=definition.hash_bytes)


def published_vote(**facts):
    vote = make_vote(**facts)
    Space.objects.update(published_at=vote.session.meeting.starts_at)
    return vote


def test_a_letter_leads_from_the_code_to_the_receipt(voter, open_vote):
    answer = voter.vote(open_vote.letters[5].grouped, "verger", "bancs")
    (record,) = ballots()
    assert (answer.status_code, answer["Location"]) == (302, f"/receipt/{record.id}/")
    assert opened(open_vote.box, record) == {"q1": ["verger", "bancs"]}
    page = voter.client.get(answer["Location"], **ENGLISH).content.decode()
    assert record.id in page and "Arrived" in page and "On the public list" in page


@pytest.mark.parametrize("typed", [str.lower, lambda text: text.replace("-", " "), lambda text: text.replace("0", "o")])
def test_a_code_is_read_as_people_type_it(voter, open_vote, typed):
    assert b"data-ballot" in voter.enter(typed(open_vote.letters[0].grouped)).content


def test_no_tap_is_quicker_than_the_script_that_holds_it(voter, open_vote):
    """A script after the form would let an early tap send the choices in clear: it stands in the head, and blocks."""
    head, _body, form = voter.enter(open_vote.letters[0].grouped).content.decode().partition("<body")
    assert re.search(r'<script src="[^"]*hold[^"]*"></script>', head) and "data-ballot" in form


def test_every_wrong_code_gets_the_same_answer_and_the_field_back(voter, town):
    void = town.running.stack[0].grouped
    void_pass(session=town.running.sessions[0], code_text=void, reason="lost", by=town.staff["desk"])
    told = set()
    for code in ("AAAA-AAAA-AAAA-AAAA-AA", void, town.running.stack[1].grouped, "nonsense", "<script>"):
        page = voter.enter(code)
        assert page.status_code == 404
        assert b'aria-invalid="true"' in page.content and b"<script>" not in page.content
        told.add(re.sub(r'value="[^"]*"', "", page.content.decode().split('id="errors"')[1].split("</div>")[0]))
    assert len(told) == 1


def test_wrong_codes_slow_down_and_right_ones_are_served_all_the_same(voter, open_vote):
    """P16."""
    answers = [voter.enter("AAAA-AAAA-AAAA-AAAA-AA") for _time in range(12)]
    assert [answer.status_code for answer in answers][9:] == [404, 429, 429]
    assert int(answers[-1]["Retry-After"]) > int(answers[-2]["Retry-After"]) > 0
    assert b"data-ballot" in voter.enter(open_vote.letters[0].grouped).content
    assert not WrongCodes.objects.filter(source__contains="127.0.0.1").exists()


def test_a_machine_is_told_of_wrong_codes_without_a_page_and_all_kinds_alike(voter, open_vote):
    """P16."""
    machine = {"headers": {"accept-language": "en", "accept": "application/json"}}
    void = open_vote.stack[0].grouped
    sent = [{"code": code} for code in ("AAAA-AAAA-AAAA-AAAA-AA", void, "nonsense")] * 4
    answers = [voter.client.post(f"{voter.home}enter/", fields, **machine) for fields in sent]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert {answer.content for answer in answers[:10]} == {answers[0].content}
    assert answers[0].json()["code"] == "right_unknown"
    assert answers[-1].json()["code"] == "try_again_later" and int(answers[-1]["Retry-After"]) == 4
    assert WrongCodes.objects.order_by("-count").first().count == 12
    right = voter.client.post(f"{voter.home}enter/", {"code": open_vote.letters[0].grouped}, **machine)
    assert b"data-ballot" in right.content


def test_no_code_ever_stands_in_an_address_or_a_log(voter, open_vote, caplog):
    """X23."""
    code = open_vote.letters[0]
    with caplog.at_level(logging.DEBUG):
        answer = voter.vote(code.grouped, "verger")
        wrong = voter.enter(code.grouped[:-1] + ("Y" if code.grouped.endswith("X") else "X"))
    assert code.text not in answer["Location"] and wrong.status_code == 404
    logged = " ".join(row.getMessage() for row in caplog.records).replace("-", "").upper()
    assert code.text not in logged
    assert code.text.encode() not in voter.enter(code.grouped).content


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (("verger", "bancs", "lavoir", "nuit", "scene"), "too many"),
        (("passerelle", "halte", "cour", "scene"), "cost more"),
        (("elsewhere",), "not on this ballot"),
        (("verger", "verger"), "twice"),
    ],
)
def test_what_does_not_fit_comes_back_with_the_crosses(voter, open_vote, chosen, words):
    page = voter.send(voter.enter(open_vote.letters[0].grouped), "review", *chosen)
    text = page.content.decode()
    (told,) = re.findall(r'<p data-why="\w+">([^<]+)</p>', text)
    assert page.status_code == 422 and words in told and 'id="errors">' in text
    known = {choice["id"] for choice in Definition.of(open_vote.box).choices}
    assert text.count(" checked") == len(set(chosen) & known)
    assert voter.send(page, "cast", *chosen).status_code == 422 and not ballots()


def test_a_ballot_can_be_blank(voter, open_vote):
    review = voter.send(voter.enter(open_vote.letters[0].grouped), "review")
    assert "A blank ballot" in review.content.decode()
    assert voter.send(review, "cast").status_code == 302
    assert opened(open_vote.box, ballots()[0]) == {"q1": []}


def test_checking_shows_the_sum_and_leads_back_with_the_crosses(voter, open_vote):
    review = voter.send(voter.enter(open_vote.letters[0].grouped), "review", "verger", "bancs")
    text = review.content.decode()
    assert "€17,900" in text and "€222,100" in text and "the server seals your ballot" in text
    again = voter.send(review, "choose", "verger", "bancs")
    assert again.content.decode().count(" checked") == 2 and not ballots()


def test_a_form_sent_twice_is_one_ballot(voter, open_vote):
    """D19: a finger too fast, or a page sent again by the browser."""
    review = voter.send(voter.enter(open_vote.letters[0].grouped), "review", "verger")
    first, second = voter.send(review, "cast", "verger"), voter.send(review, "cast", "verger")
    assert first["Location"] == second["Location"] and len(ballots()) == 1


def test_voting_again_is_another_ballot(voter, open_vote):
    assert (
        voter.vote(open_vote.letters[0].grouped, "verger")["Location"]
        != voter.vote(open_vote.letters[0].grouped, "bancs")["Location"]
    )
    assert len(ballots()) == 2


def test_a_ballot_sealed_in_the_browser_is_kept_as_it_came(voter, open_vote):
    definition = Definition.of(open_vote.box)
    sealed = seal(
        {"q1": ["lavoir"]},
        box_key=definition.box_key,
        definition=definition.hash_bytes,
        length=definition.sealed_length,
    )
    review = voter.send(voter.enter(open_vote.letters[0].grouped), "review", "verger")
    answer = voter.send(review, "cast", sealed=b64u(sealed))
    (record,) = ballots()
    assert answer["Location"] == f"/receipt/{record.id}/" and bytes(record.payload.body) == sealed


def test_damaged_and_copied_seals_are_refused(voter, open_vote):
    definition = Definition.of(open_vote.box)
    sealed = b64u(
        seal({"q1": []}, box_key=definition.box_key, definition=definition.hash_bytes, length=definition.sealed_length)
    )
    page = voter.send(voter.enter(open_vote.letters[0].grouped), "review")
    for text in ("!", sealed[:-4], "A"):
        assert voter.send(page, "cast", sealed=text).status_code == 422
    assert voter.send(page, "cast", sealed=sealed).status_code == 302
    other = voter.send(voter.enter(open_vote.letters[1].grouped), "review")
    assert voter.send(other, "cast", sealed=sealed).status_code == 409
    assert len(ballots()) == 1


def test_an_account_on_the_roll_votes_and_another_does_not(voter, town):
    voter.client.force_login(town.residents["ines"])
    assert "Open my ballot with my account" in voter.client.get(voter.home, **ENGLISH).content.decode()
    page = voter.enter(by_account="1")
    assert voter.send(voter.send(page, "review", "verger"), "cast", "verger").status_code == 302
    voter.client.force_login(town.residents["karim"])
    assert voter.enter(by_account="1").status_code == 403
    voter.client.logout()
    assert voter.enter(by_account="1").status_code == 403 and len(ballots()) == 1


def test_p14_the_form_of_an_account_asks_for_the_account_at_every_step(voter, town):
    """Logged out, logged in as somebody else, or separated from the line: nothing is cast, and what to do is said."""
    voter.client.force_login(town.residents["ines"])
    page = voter.enter(by_account="1")
    voter.client.force_login(town.residents["karim"])
    assert voter.send(page, "cast", "verger").status_code == 403
    voter.client.logout()
    assert voter.send(page, "cast", "verger").status_code == 403
    voter.client.force_login(town.residents["ines"])
    entry = RollEntry.objects.get(account=town.residents["ines"], roll=town.running.box.roll)
    unmatch_account(entry=entry, reason="the other sister", by=town.staff["organiser"])
    RollEntry.objects.filter(pk=entry.pk).update(account=None)  # the second person agreed
    for step in ("choose", "review", "cast"):
        answer = voter.send(page, step, "verger")
        assert answer.status_code == 403 and "Nothing was cast: log in and enter again" in answer.content.decode()
    assert not ballots()


def test_a_letter_ties_an_account_to_the_roll_once(voter, town):
    """P14."""
    karim, code = town.residents["karim"], town.running.letters[7].grouped
    voter.client.force_login(karim)
    answer = voter.client.post(f"{voter.home}claim/", {"claim-code": code}, follow=True, **ENGLISH)
    assert "Your account is on the roll of this vote now." in answer.content.decode()
    assert RollEntry.objects.get(account=karim).pk == town.running.entries[7].pk
    taken = voter.client.post(f"{voter.home}claim/", {"claim-code": town.running.letters[8].grouped}, **ENGLISH)
    assert taken.status_code == 409
    voter.client.force_login(town.residents["paul"])
    assert voter.client.post(f"{voter.home}claim/", {"claim-code": code}, **ENGLISH).status_code == 409
    assert voter.client.post(f"{voter.home}claim/", {"claim-code": ""}, **ENGLISH).status_code == 422
    assert voter.client.post(f"{voter.home}claim/", {"claim-code": "AAAA"}, **ENGLISH).status_code == 404


def test_a_closed_vote_says_so_before_anyone_fills_a_ballot_in(voter, town):
    page = voter.enter(town.running.letters[0].grouped)
    close_session(session=town.running.sessions[0], by=town.staff["organiser"])
    close_voting(box=town.running.box, by=town.staff["organiser"])
    assert voter.send(page, "review", "verger").status_code == 409
    assert voter.send(page, "cast", "verger").status_code == 409
    assert voter.enter(town.running.letters[0].grouped).status_code == 409
    assert "The vote is closed" in voter.client.get(voter.home, **ENGLISH).content.decode()


def test_a_right_is_neither_forged_nor_carried_to_another_box(voter, open_vote, client):
    other = published_vote(slug="other", officer="other@example.org")
    page = voter.enter(open_vote.letters[0].grouped)
    right = voter.hidden(page)["right"]
    for text in ("", "nonsense", right[:-1], f"{right}x"):
        assert client.post(f"{voter.home}ballot/", {"right": text, "step": "cast"}).status_code == 404
    assert client.post(f"{other.box.get_absolute_url()}ballot/", {"right": right, "step": "cast"}).status_code == 404


def test_a_ballot_left_open_for_an_hour_says_so(voter, open_vote, monkeypatch):
    page = voter.enter(open_vote.letters[0].grouped)
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3601)
    answer = voter.send(page, "cast", "verger")
    assert answer.status_code == 409 and "left open for too long" in answer.content.decode() and not ballots()


@pytest.mark.parametrize("method", ["choose-1", "knapsack"])
def test_every_method_has_its_ballot(client, method):
    facts = {"choose-1": {}, "knapsack": {"min_choices": 0, "max_choices": 0}}[method]
    vote = published_vote(method=method, **facts)
    voter = Voter(client, vote.box)
    page = voter.enter(vote.letters[0].grouped)
    text = page.content.decode()
    assert text.count('type="radio"') == (6 if method == "choose-1" else 0)
    too_much = ("lavoir", "piste") if method == "knapsack" else ("lavoir", "bancs")
    assert voter.send(page, "review", *too_much).status_code == 422
    assert voter.vote(vote.letters[0].grouped, "verger").status_code == 302
    blank = voter.vote(vote.letters[1].grouped, "")
    assert blank.status_code == 302 and opened(vote.box, ballots()[1]) == {"q1": []}


def test_in_a_vote_by_pass_the_pass_is_the_code(client):
    vote = published_vote(regime="pass")
    voter = Voter(client, vote.box)
    page = client.get(voter.home, **ENGLISH).content.decode()
    assert "Code of your pass" in page and "Was my right used in person?" not in page
    assert voter.vote(vote.stack[0].grouped, "verger").status_code == 302


def test_a_vote_without_the_web_door_takes_nothing_online(client):
    vote = published_vote(doors=("kiosk", "paper"))
    voter = Voter(client, vote.box)
    assert "takes no ballots online" in client.get(voter.home, **ENGLISH).content.decode()
    assert voter.enter(vote.letters[0].grouped).status_code == 409


def test_whoever_holds_the_letter_or_account_learns_that_the_right_was_used_in_person(voter, town):
    running = town.running
    answer = voter.enter(running.letters[0].grouped, ask="1").content.decode()
    assert "No desk has marked it" in answer
    for entry in running.entries[:2]:
        mark_used_in_person(box=running.box, entry=entry, session=running.sessions[0], by=town.staff["desk"])
    answer = voter.enter(running.letters[0].grouped, ask="1").content.decode()
    assert "A desk marked it as used in person: Forum of the Centre district" in answer
    assert voter.enter("AAAA-AAAA-AAAA-AAAA-AA", ask="1").status_code == 404
    voter.client.force_login(town.residents["paul"])
    assert "A desk marked it" in voter.client.get("/me/", **ENGLISH).content.decode()
    voter.client.force_login(town.residents["karim"])
    page = voter.client.get("/me/", **ENGLISH).content.decode()
    assert "A desk marked it" not in page and voter.home in page
    voter.client.logout()
    assert voter.client.get("/me/").status_code == 302


def test_no_row_joins_a_browser_to_a_right(voter, open_vote):
    """The session knows at most that it exists; the right travels signed in the form."""
    voter.vote(open_vote.letters[0].grouped, "verger")
    use = open_vote.letters[0].use(bytes(open_vote.box.letter_key)).hex()
    assert use not in str(dict(voter.client.session.items()))


def test_a_hostile_title_on_the_ballot_stays_text(client):
    """X5."""
    vote = published_vote(doors=("web",), passes=0)
    assert vote.box.state == Box.State.OPEN
    hostile = '"><svg/onload=alert(1)>{{7*7}}'
    for choice in Definition.of(vote.box).choices:
        choice["title"], choice["note"] = {"fr": hostile}, {"fr": hostile}
    voter = Voter(client, vote.box)
    pages = [client.get(voter.home), voter.enter(vote.letters[0].grouped)]
    pages.append(voter.send(pages[1], "review", "verger"))
    for page in pages:
        assert b"<svg/onload" not in page.content and b"{{7*7}}" in page.content


def test_what_is_said_in_another_language_says_in_which(client):
    """The titles of this vote are French alone, and a voice that reads English must know."""
    vote = published_vote(doors=("web",), passes=0)
    voter = Voter(client, vote.box)
    question, project = '<bdi lang="fr">Le vote</bdi>', '<bdi lang="fr">Verger</bdi>'
    ballot = voter.enter(vote.letters[0].grouped)
    check = voter.send(ballot, "review", "verger")
    receipt = client.get(voter.send(check, "cast", "verger").url, **ENGLISH)
    for page, titles in ((ballot, (question, project)), (check, (question, project)), (receipt, (question,))):
        assert all(title in page.content.decode() for title in titles)
