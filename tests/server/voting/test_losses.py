"""D2: a device that never came back is named with what may be lost with it, or with "unknown"; everywhere the same."""

from __future__ import annotations

import json
import shutil

import pytest
from django.urls import reverse

from server.devices.intake import receive_push
from server.devices.models import Device
from server.ledger.models import Record
from server.ledger.slips import SlipWrong
from server.meetings import actions as meetings
from server.meetings.report import closing_report
from server.opendata.actions import publish, published_folder
from server.processes.models import Space
from server.voting import actions as voting
from server.voting import printed
from server.voting.losses import loss_of, lost_devices
from server.voting.proceedings import record_of_proceedings
from tests.server.office.conftest import login
from tests.server.opendata.second_verifier import judged
from tests.server.opendata.test_publishing import verify
from tests.server.pdf import pdf_text
from tests.server.votes import make_vote

pytestmark = pytest.mark.django_db
HERE = 3  # "device.started", "open", and the first ballot
LOST = "2 ballots at most are lost with this device: its closing slip names 3, 1 of them arrived."
UNKNOWN = "It is unknown how many ballots are lost with this device: no closing slip of it is here."


@pytest.fixture(scope="module")
def vote_once(ground):
    """Three people vote at a kiosk; it brings the first ballot, is closed, and is never seen again."""
    vote = make_vote()
    kiosk = vote.kiosk()
    for person in range(3):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["lavoir"]})
    receive_push(kiosk.batch(count=HERE))
    kiosk.move("closed")
    meetings.close_session(session=vote.session, by=vote.officer)
    voting.close_voting(box=vote.box, by=vote.officer)
    return vote.refresh()


def name_missing(vote, **slip) -> Device:
    device = Device.objects.get()
    return meetings.name_missing_device(device=device, reason="It fell into the Aure.", by=vote.officer, **slip)


def certified(vote):
    vote.count(passes_unused=5, passes_spoiled=0, passes_returned=0)
    vote.refresh().explain("They were used at the kiosk that was lost.")
    meetings.reconcile_session(session=vote.session, by=vote.officer)
    voting.reconcile_box(box=vote.box, by=vote.officer)
    voting.open_box(box=vote.box, by=vote.officer)
    voting.certify_box(box=vote.box, by=vote.officer)
    Space.objects.update(published_at=vote.refresh().box.certified_at)
    return vote


def says(words, sentence):
    """On paper the lines of neighbouring cells stand between each other."""
    return sentence in words or ("<html" not in words and set(sentence.split()) <= set(words.split()))


def office(vote):
    vote.officer.is_superuser = True
    vote.officer.save()
    return login(vote.officer)


def everywhere(vote):
    """What report, record, closing page and result say of it."""
    client = office(vote)
    papers = [lambda: closing_report(vote.session), lambda: record_of_proceedings(vote.box)]
    told = [" ".join(pdf_text(printed.as_pdf(paper, "en")).split()) for paper in papers]
    told.append(client.get(reverse("results:result", args=[vote.box.space.slug, vote.box.ref])).content.decode())
    told.append(client.get(reverse("office_meetings:closing", args=[vote.session.ref])).content.decode())
    return told


def test_the_slip_says_how_many_ballots_are_lost_at_most_and_every_page_and_paper_says_it(vote):
    slip = vote.kiosks[0].slip()
    name_missing(vote, slip=slip)
    for words in everywhere(certified(vote)):
        assert says(words, LOST) and says(words, "It fell into the Aure.")
    accounts = json.loads((published_folder(vote.box) / "accounts.json").read_bytes())
    (told,) = accounts["missing"]
    assert (told["dev"], told["session"]) == (vote.kiosks[0].dev, vote.session.ref)
    assert (told["promised"], told["arrived"], told["lost"], told["records"]) == (3, 1, 2, 3)
    body = Record.objects.get(type="session.reconciled").payload.body
    assert json.loads(bytes(body))["lost"][vote.kiosks[0].dev]["lost"] == 2
    assert json.loads(told["named"]["body"])["slip"]["sig"] == json.loads(slip)["sig"]
    are_right(vote, lost=1)


def are_right(vote, *, lost: int) -> None:
    """Both verifiers find nothing wrong, and say that they looked at the closing and at so many lost devices."""
    code, words = verify(published_folder(vote.box))
    [second] = judged([published_folder(vote.box)])
    assert code == 0 and f"1 closings, {lost} devices never came back" in words
    assert second["isRight"] and {"code": "closings", "facts": {"n": 1, "missing": lost}} in second["steps"]


def test_without_a_slip_it_is_unknown_and_what_is_known_is_said(vote):
    name_missing(vote)
    for words in everywhere(certified(vote)):
        assert says(words, UNKNOWN)
        assert says(words, "1 ballot of it arrived. At least 2 records that it held never did.")
    accounts = json.loads((published_folder(vote.box) / "accounts.json").read_bytes())
    assert "lost" not in accounts["missing"][0] and accounts["missing"][0]["arrived"] == 1
    are_right(vote, lost=1)


def test_the_number_of_ballots_copied_from_the_slip_is_enough(vote):
    assert loss_of(name_missing(vote, ballots=3)).lost == 2
    assert loss_of(name_missing(vote)).lost == 2  # named again without a slip: the one brought before stays
    are_right(certified(vote), lost=1)


def test_a_slip_of_another_device_altered_or_older_is_refused(vote):
    kiosk = vote.kiosks[0]
    for wrong in ("", "x", "[]", json.dumps(json.loads(kiosk.slip()) | {"seq": 99})):
        if wrong:
            with pytest.raises(SlipWrong):
                name_missing(vote, slip=wrong)
    with pytest.raises(meetings.SlipOlder):
        name_missing(vote, ballots=0)
    assert Device.objects.get().missing_reason == ""


def test_s14_what_comes_after_the_session_is_reconciled_does_not_change_what_was_fixed(vote):
    kiosk = vote.kiosks[0]
    name_missing(vote, slip=kiosk.slip())
    certified(vote)
    receive_push(kiosk.batch(first=HERE + 1))
    ((_device, loss),) = lost_devices(vote.session)
    assert (loss.lost, loss.arrived) == (2, 1)
    shutil.rmtree(published_folder(vote.box))  # as if publishing had been cut short: the list has grown meanwhile
    publish(vote.box, published_folder(vote.box))
    are_right(vote, lost=1)


def test_a_device_that_comes_back_in_time_is_not_lost(vote):
    name_missing(vote, slip=vote.kiosks[0].slip())
    receive_push(vote.kiosks[0].batch(first=HERE + 1))
    assert not list(lost_devices(vote.session))
    are_right(certified(vote), lost=0)


def test_the_page_takes_the_slip_and_shows_no_figure_while_people_count_blind(vote):
    client = office(vote)
    address = reverse("office_devices:missing", args=[Device.objects.get().pk])
    assert "of it is here" not in client.get(address).content.decode()
    answer = client.post(address, {"reason": "Lost.", "slip": "{}"})
    assert answer.status_code == 400 and "not a closing slip" in answer.content.decode()
    assert client.post(address, {"reason": "Lost.", "ballots": "3"}).status_code == 302
    closing = reverse("office_meetings:closing", args=[vote.session.ref])
    assert LOST not in client.get(closing).content.decode()
    vote.count(passes_unused=5, passes_spoiled=0, passes_returned=0)
    assert LOST in client.get(closing).content.decode()
    assert "1 ballot of it is here" in client.get(address).content.decode()
