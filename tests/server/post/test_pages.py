"""Pages about sheets by post: who gets a letter, what it says, envelopes at the desk, doubtful ones in the office."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from printouts.post import SlipWords, draw_post
from printouts.slips import Letter
from server.accounts.models import User
from server.ledger.codes import parse_code
from server.paper.models import SlipRun
from server.paper.posting import draw_post_letters, order_post
from server.processes.attention_words import needs_attention
from server.processes.models import SpaceRole
from server.processes.standing import standing_of
from server.voting.models import Envelope, RollEntry
from server.voting.post import find_envelope
from server.voting.printed import as_pdf as printed_as
from server.voting.proceedings import record_of_proceedings
from server.web.models import SiteFacts
from tests.server.pdf import pdf_codes, pdf_lines, pdf_text
from tests.server.post.conftest import Post
from tests.server.votes import make_session, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(post: Post) -> Client:
    user = User.objects.create_user("desk@example.org")
    SpaceRole.objects.create(space=post.vote.box.space, user=user, role="desk")
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def words(reply) -> str:
    return " ".join(reply.content.decode().split())


def printed(office: Client, run: SlipRun) -> bytes:
    return b"".join(office.get(reverse("paper:slips_file", args=[run.pk])).streaming_content)


def order(office: Client, post: Post, **form: str):
    page = reverse("paper:post", args=[post.vote.box.ref])
    return office.post(page, {"session": post.vote.session.pk, "who": "some", "words": "", **form})


def test_who_gets_a_letter_is_shown_before_anything_is_made(office, post, django_capture_on_commit_callbacks):
    RollEntry.objects.filter(pk=post.vote.entries[2].pk).update(address="4 rue du Moulin, 38000 Ici")
    found = words(order(office, post, words="moulin"))
    assert "A letter for 1 person" in found and "Nom2" in found and not SlipRun.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert order(office, post, words="moulin", order="1").status_code == 302
    run = SlipRun.objects.get()
    assert (run.status, run.quantity, run.kind) == ("ready", 1, "post")
    assert Envelope.objects.get().entry == post.vote.entries[2]
    assert "Nobody found" in words(order(office, post, words="moulin"))


def test_a_number_of_the_roll_finds_one_person_and_everybody_may_be_chosen(office, post):
    assert "A letter for 1 person" in words(order(office, post, words="00003"))
    assert "Letters for 6 people" in words(order(office, post, who="all"))
    assert order(office, post).status_code == 422


def test_the_letter_carries_address_deadline_and_the_code_of_the_envelope_and_no_serial(
    office, post, django_capture_on_commit_callbacks
):
    SiteFacts.objects.create(postal_address="Mairie\n1 place du Marché\n38000 Ici")
    RollEntry.objects.filter(pk=post.vote.entries[0].pk).update(address="12 rue des Œillets, 38000 Ici")
    with django_capture_on_commit_callbacks(execute=True):
        order(office, post, words="00000", order="1")
    data = printed(office, SlipRun.objects.get())
    [code] = pdf_codes(data)
    assert parse_code(code).grouped in pdf_text(data)
    assert find_envelope(post.vote.session, code) == post.of(0)
    text = pdf_text(data)
    for said in ("12 rue des Œillets", "1 place du Marché", "vendredi 6 juin à midi", "Camille Nom0"):
        assert said in text
    # The return slip names nobody: what the postman sees is the town's address and a code.
    lines = pdf_lines(data)
    slip = lines[next(place for place, line in enumerate(lines) if "place du Marché" in line) :]
    assert not any("Nom0" in line for line in slip)


def test_the_code_of_an_envelope_opens_no_ballot_online(office, post, django_capture_on_commit_callbacks):
    from server.voting.refusals import RightUnknown
    from server.voting.rights import Right

    with django_capture_on_commit_callbacks(execute=True):
        order(office, post, words="00000", order="1")
    [code] = pdf_codes(printed(office, SlipRun.objects.get()))
    with pytest.raises(RightUnknown):
        Right.of_code(post.vote.box, code)


def test_s7_drawn_again_the_envelopes_get_one_code_and_another_attempt_throws_its_own_away(post):
    run = order_post(box=post.vote.box, session=post.vote.session, by=post.vote.officer)
    assert order_post(box=post.vote.box, session=post.vote.session, by=post.vote.officer) == run  # D19
    draw_post_letters(run=run)
    codes = set(Envelope.objects.values_list("check_value", flat=True))
    assert len(codes) == 6 and "" not in codes
    draw_post_letters(run=run)
    assert set(Envelope.objects.values_list("check_value", flat=True)) == codes


def test_a_letter_that_does_not_fit_above_its_slip_is_refused():
    letter = Letter([], "", "0" * 18, "", ["mot " * 300] * 6)
    with pytest.raises(ValueError):
        draw_post([letter], io.BytesIO(), heading="Vote", slip=SlipWords("Retour", ["Ville"], "", "", ""))


def test_an_envelope_is_judged_by_its_code_at_the_desk(desk, post):
    post.send(0, 1)
    page = reverse("desk:envelopes", args=[post.vote.session.ref])
    assert reverse("desk:envelopes", args=[post.vote.session.ref]) in words(
        desk.get(reverse("desk:home", args=[post.vote.session.ref]))
    )
    one = desk.post(page, {"code": post.codes[0].grouped}).url
    shown = words(desk.get(one))
    assert "Nom0" in shown and "not used in the hall" in shown
    assert desk.post(one, {"outcome": "accepted"}, follow=True).status_code == 200
    assert post.of(0).state == "accepted"
    assert "1 accepted" in words(desk.get(page))
    refused = desk.post(desk.post(page, {"code": post.codes[1].text}).url, {"outcome": "refused"})
    assert refused.status_code == 422 and "Say why it is refused." in words(refused)


def test_a_wrong_code_is_told_and_not_repeated(desk, post):
    page = reverse("desk:envelopes", args=[post.vote.session.ref])
    answer = desk.post(page, {"code": post.vote.stack[0].text})
    assert answer.status_code == 404 and post.vote.stack[0].text not in words(answer)
    assert "not the code of an envelope" in words(answer)


def test_whoever_posted_is_shown_at_the_desk_and_not_marked(desk, post):
    post.send(0)
    post.judge(0)
    found = words(desk.post(reverse("desk:search", args=[post.vote.session.ref]), {"q": "Nom0"}))
    assert "Voted by post: no pass" in found and "/mark/" not in found
    answer = desk.post(reverse("desk:mark", args=[post.vote.session.ref, post.vote.entries[0].pk]), {"token": "t"})
    assert answer.status_code == 409 and "voted by post" in words(answer)


def test_of_somebody_who_was_in_the_hall_an_envelope_can_only_be_refused(desk, post):
    post.send(0)
    post.vote.hand_over(0)
    one = reverse("desk:envelope", args=[post.vote.session.ref, post.of(0).pk])
    page = words(desk.get(one))
    assert "It cannot be accepted" in page and 'value="accepted"' not in page
    assert desk.post(one, {"outcome": "accepted"}).status_code == 422
    assert desk.post(one, {"outcome": "refused", "reason": "in_person"}).status_code == 302
    assert post.of(0).state == "refused"


def test_a_session_without_post_has_no_page_for_envelopes(client):
    vote = make_vote(officer="other@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role="desk")
    client.force_login(vote.officer)
    assert client.get(reverse("desk:envelopes", args=[vote.session.ref])).status_code == 404


def test_an_envelope_of_another_session_is_out_of_reach_of_this_desk(desk, post):
    post.send(0)
    other = make_session(post.vote.box)
    assert desk.get(reverse("desk:envelope", args=[other.ref, post.of(0).pk])).status_code == 404
    assert desk.post(reverse("desk:envelopes", args=[other.ref]), {"code": post.codes[0].text}).status_code == 404


def test_the_office_decides_doubtful_ones_and_opens_the_rest(office, post):
    post.send(0, 1, 2)
    post.judge(0)
    post.judge(1, "received", note="no signature")
    page = reverse("office_voting:post", args=[post.vote.box.ref])
    told = words(office.get(page))
    assert "no signature" in told and "They are opened once the vote" in told
    one = reverse("office_voting:envelope", args=[post.vote.box.ref, post.of(1).pk])
    assert "Set aside by" in words(office.get(one))
    assert office.post(one, {"outcome": "refused", "reason": "unsigned"}).status_code == 422
    assert office.post(one, {"outcome": "refused", "reason": "unsigned", "note": "asked, no answer"}).url == page
    lost = reverse("office_voting:envelope", args=[post.vote.box.ref, post.of(2).pk])
    assert "Make the envelope void" in words(office.get(lost))
    post.close()
    opening = reverse("office_voting:post_open", args=[post.vote.box.ref, post.vote.session.ref])
    told = words(office.get(opening))
    assert "must hold 1 envelope." in told and "These are few" in told
    assert office.post(opening).url == reverse("paper:scans", args=[post.vote.session.ref])
    assert post.of(0).state == "opened"


def test_opened_envelopes_are_counted_blind(office, post):
    """Decision 0020: 6b holds a count of people against this number. It is shown once two of them have counted."""
    post.send(0, 1, 2)
    post.judge(0)
    post.judge(1)
    post.close()
    box, session = post.vote.box, post.vote.session
    page, opening = (
        reverse("office_voting:post", args=[box.ref]),
        reverse("office_voting:post_open", args=[box.ref, session.ref]),
    )
    assert "Accepted, still shut" in words(office.get(page))
    office.post(opening)
    draft = pdf_text(printed_as(lambda: record_of_proceedings(box), "en"))
    assert "Accepted envelopes opened" in draft and not re.search(r"envelopes opened: +\d", draft)
    for address in (page, opening):
        told = words(office.get(address))
        assert "The figures come back once the stacks are counted by hand." in told
        assert "Opened, its sheet mixed" not in told and "2 envelopes" not in told
    post.vote.count(envelopes_sheets=2, envelopes_without=0, passes_unused=4, passes_spoiled=0, passes_returned=0)
    assert "2 envelopes were opened." in words(office.get(opening))
    assert "Opened, its sheet mixed with others" in words(office.get(page))


def test_the_overview_names_envelopes_that_need_somebody(post):
    post.send(0, 1)
    post.judge(0)
    post.judge(1, "received", note="no signature")
    space = post.vote.box.space

    def told() -> list[str]:
        with translation.override("en"):
            return [call.text for call in needs_attention(standing_of(space))]

    doubt = "1 envelope of “Le vote” is doubtful and waits for a decision."
    assert doubt in told()
    post.judge_doubtful(1)
    shut = "The accepted envelopes of “Le vote” can be opened and mixed."
    assert not {doubt, shut} & set(told())
    post.close()
    assert shut in told()
    post.open()
    assert shut not in told()


def test_the_page_of_the_vote_says_until_when_and_where_sheets_come_back(post, client):
    box = post.vote.box
    type(box.space).objects.update(published_at="2027-01-01T00:00Z")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    told = words(client.get(box.get_absolute_url()))
    assert "It must be back: Friday 6 June at noon." in told and "Back to the address on the return envelope." in told
    SiteFacts.objects.create(postal_address="Mairie\n1 place du Marché\n38000 Ici")
    assert "1 place du Marché" in words(client.get(box.get_absolute_url()))
    other = make_vote(slug="elsewhere", officer="another@example.org").box
    type(other.space).objects.update(published_at="2027-01-01T00:00Z")
    assert "must be back" not in words(client.get(other.get_absolute_url()))


def test_a_closing_says_that_envelopes_wait(office, post):
    post.send(0)
    post.judge(0)
    post.close()
    page = words(office.get(reverse("office_meetings:closing", args=[post.vote.session.ref])))
    assert "wait to be decided about, or to be opened" in page


def test_a_lost_envelope_is_found_by_name_and_made_void(office, post):
    post.send(0)
    page = reverse("office_voting:post", args=[post.vote.box.ref])
    found = words(office.post(page, {"q": "Nom0"}))
    one = reverse("office_voting:envelope", args=[post.vote.box.ref, post.of(0).pk])
    assert one in found
    assert office.post(one, {"reason": "never arrived"}).url == page
    assert post.of(0).state == "void"


def test_the_voter_is_told_that_the_envelope_was_accepted(post, client):
    post.send(0)
    post.judge(0)
    box = post.vote.box
    type(box.space).objects.update(published_at="2027-01-01T00:00Z")
    page = reverse("voting:enter", args=[box.space.slug, box.ref])
    answer = client.post(page, {"code": post.vote.letters[0].text, "ask": "1"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Your envelope came back and was accepted." in words(answer)


def test_the_form_of_a_box_asks_for_what_post_needs(office, post):
    draft = post.vote.box.component.boxes.create(
        title={"fr": "Deux"}, roll=post.vote.box.roll, doors=["web"], regime="person"
    )
    form = {
        "title_0": "Deux", "kind": "vote", "regime": "person", "roll": draft.roll.pk, "method": "approval",
        "min_choices": "1", "max_choices": "3", "rule": "greedy", "threshold": "1", "doors": ["web"],
        "takes_post": "on", "key_holder": "installation",
    }  # fmt: skip
    page = reverse("office_voting:box_edit", args=[draft.ref])
    told = words(office.post(page, form))
    assert "Sheets by post need the door “paper”." in told and "Say until when envelopes must be back." in told
