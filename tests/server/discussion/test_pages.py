"""What readers see of a thread, without JavaScript, and what each page asks of the database."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.discussion.actions import edit_comment, vote_comment, withdraw_comment
from server.discussion.models import Comment, CommentVote, Debate, new_ref
from server.discussion.office_actions import close_debate
from server.moderation.actions import block, hide
from server.moderation.reportables import find as thing
from tests.server.discussion.conftest import ONLINE, page, reader

pytestmark = pytest.mark.django_db
# Of the thread, and what stands around it.
NOBODY, SOMEBODY = 7, 15


def sent(client, talk, **given):
    form = {"ref": new_ref(), "text": "Des bancs.", "stance": "for", "parent": "", **given}
    return client.post(f"/discussion/debate/{talk.debate.ref}/write/", form)


def cost(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_a_comment_is_written_with_a_form_and_stands_on_the_page(talk):
    client = reader(talk.nadia)
    answer = sent(client, talk)
    comment = Comment.objects.get()
    assert answer.url == f"{talk.path}#comment-{comment.ref}"
    shown = page(client, talk.path)
    assert "Des bancs." in shown and "Nadia B." in shown and "For</span>" in shown and "1 comment" in shown
    assert talk.nadia.email not in shown.split("<main")[1]


def test_an_answer_names_what_it_answers_and_leads_to_its_branch(talk):
    first = talk.says("Des bancs.")
    client = reader(talk.karim)
    asked = page(client, f"{talk.path}?reply={first.ref}")
    assert "You answer Nadia B." in asked and f'value="{first.ref}"' in asked
    answer = sent(client, talk, text="Lesquels ?", parent=first.ref)
    found = Comment.objects.get(parent=first)
    assert answer.url == f"/comments/{found.ref}/#comment-{found.ref}"
    branch = page(client, answer.url)
    assert branch.index("Des bancs.") < branch.index("Lesquels ?")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "Write something first."),
        ({"text": "a\u202eb"}, "characters that cannot be seen"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
        ({"stance": "perhaps"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(talk, given, words):
    answer = sent(reader(talk.nadia), talk, **{"text": "Des bancs."} | given)
    shown = answer.content.decode()
    assert answer.status_code == 400 and words in shown and 'class="field bad"' in shown
    assert ("Des bancs." in shown) is ("stance" in given)
    assert not Comment.objects.exists()


def test_a_comment_of_the_longest_length_is_taken_whatever_its_lines_end_with(talk):
    sent(reader(talk.nadia), talk, text="x" * 1000 + "\r\n" + "y" * 999)
    assert len(Comment.objects.get().body) == 2000


def test_words_that_come_too_fast_are_still_in_the_form(talk):
    client = reader(talk.nadia)
    for number in range(12):
        talk.says(f"Idée {number}.")
    answer = sent(client, talk, text="La treizième.")
    assert answer.status_code == 429 and "La treizième." in answer.content.decode()


def test_an_answer_to_what_is_gone_can_be_sent_as_a_comment_of_its_own(talk):
    gone = withdraw_comment(comment=talk.says("Des bancs."), by=talk.nadia, origin=ONLINE)
    answer = sent(reader(talk.karim), talk, text="Lesquels ?", parent=gone.ref)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "Lesquels ?" in shown and gone.ref not in shown
    assert sent(reader(talk.karim), talk, text="Lesquels ?").status_code == 302


def test_who_is_not_logged_in_is_led_back_to_the_page(talk):
    shown = page(reader(), talk.path)
    assert f"/accounts/login/?next={talk.path.replace('/', '%2F')}" in shown and "<textarea" not in shown
    assert sent(reader(), talk).url.startswith("/accounts/login/")


def test_what_is_closed_says_since_when(talk):
    talk.says("Des bancs.")
    talk.end_phase()
    shown = page(reader(talk.karim), talk.path)
    assert "Nothing is added since" in shown and "Des bancs." in shown
    assert "<textarea" not in shown and "Answer this" not in shown
    assert sent(reader(talk.karim), talk).status_code == 409
    close_debate(debate=talk.debate, by=talk.officer)
    assert "Nothing is added since" in page(reader(), talk.path)


def test_a_phase_to_come_says_when_it_opens(talk):
    begins = timezone.now() + dt.timedelta(days=3)
    type(talk.phase).objects.update(starts_at=begins, ends_at=begins + dt.timedelta(days=3))
    assert "Comments open on" in page(reader(), talk.path)


def test_where_only_other_doors_are_open_they_are_named(talk):
    talk.phase.openings.update(doors=["paper", "desk"])
    shown = page(reader(talk.nadia), talk.path)
    assert "Comments can come by these doors" in shown and "On paper" in shown and "<textarea" not in shown


def test_a_comment_from_paper_lies_on_a_leaf_with_its_door_beside_it(talk):
    card = talk.from_paper("Un point d’eau.", name="Carte 0412")
    item = re.search(rf'<li class="([^"]*)"\s+id="comment-{card.ref}">(.*?)</li>', page(reader(), talk.path), re.DOTALL)
    assert item and item[1].startswith("leaf") and "On paper" in item[2] and "Carte 0412" in item[2]


def test_a_hidden_comment_says_so_in_its_place_and_its_author_reads_why(talk):
    comment = talk.says("Tous des voleurs.")
    talk.says("Oui.", by=talk.karim, parent=comment.ref)
    hide(thing=thing("comment", comment.ref), reason="insult", words="Dites-le sans insulte.", by=talk.officer)
    for user in (None, talk.karim):
        shown = page(reader(user), talk.path)
        assert "Hidden by the town" in shown and "Insults or threats" in shown and "Oui." in shown
        assert "voleurs" not in shown and "sans insulte" not in shown
        assert "voleurs" not in page(reader(user), f"/comments/{comment.ref}/")
    own = page(reader(talk.nadia), talk.path)
    assert "voleurs" in own and "Dites-le sans insulte." in own
    assert "1 comment" in own


def test_what_waits_is_seen_by_its_author_alone(talk):
    comment = talk.says("Voir http://a.example et http://b.example")
    assert "Waits for a moderator" in page(reader(talk.nadia), talk.path)
    for user in (None, talk.karim):
        assert "a.example" not in page(reader(user), talk.path)
        assert reader(user).get(f"/comments/{comment.ref}/").status_code == 404


def test_words_taken_back_are_on_no_page(talk):
    comment = talk.says("Mon adresse.")
    edit_comment(comment=comment, text="Mon adresse ici.", by=talk.nadia, origin=ONLINE)
    assert "Mon adresse." in page(reader(), f"/comments/{comment.ref}/")
    client = reader(talk.nadia)
    assert "Take it back" in page(client, f"/comments/{comment.ref}/withdraw/")
    client.post(f"/comments/{comment.ref}/withdraw/")
    for path in (talk.path, f"/comments/{comment.ref}/"):
        assert "Mon adresse" not in page(client, path)
    assert "Taken back by whoever wrote it" in page(client, talk.path)


def test_words_are_changed_on_a_page_of_their_own(talk):
    comment = talk.says("Des bans.")
    client = reader(talk.nadia)
    assert "Des bans." in page(client, f"/comments/{comment.ref}/edit/")
    client.post(f"/comments/{comment.ref}/edit/", {"text": "Des bancs."})
    assert "changed" in page(client, talk.path) and Comment.objects.get().body == "Des bancs."


def test_useful_is_a_button_that_is_pressed_and_leads_back(talk):
    comment = talk.says("Des bancs.")
    client = reader(talk.karim)
    answer = client.post(f"/comments/{comment.ref}/useful/", {"is_useful": "1", "query": "order=useful"})
    assert answer.url == f"{talk.path}?order=useful#comment-{comment.ref}"
    assert 'aria-pressed="true"' in page(client, talk.path)
    client.post(f"/comments/{comment.ref}/useful/", {"is_useful": "0", "query": "\r\nx"})
    assert not CommentVote.objects.exists()


def test_a_thread_is_narrowed_and_put_in_order_by_its_address(talk):
    first = talk.says("Pour.", stance="for")
    talk.says("Contre.", stance="against")
    talk.from_paper("Sur papier.")
    vote_comment(comment=first, right=talk.karim.right, by=talk.karim, origin=ONLINE)
    shown = page(reader(), f"{talk.path}?only=against")
    assert "Contre." in shown and "Pour." not in shown
    assert "Sur papier." in (shown := page(reader(), f"{talk.path}?only=paper")) and "Contre." not in shown
    shown = page(reader(), f"{talk.path}?order=useful")
    assert shown.index("Pour.") < shown.index("Sur papier.")
    shown = page(reader(), f"{talk.path}?order=%00&only=x&page=-1&reply=%00")
    assert shown.index("Sur papier.") < shown.index("Contre.") < shown.index("Pour.")


def test_answers_stand_below_what_they_answer_and_no_further_in_than_three(talk):
    chain = [talk.says("Zéro.")]
    for word in ("Un.", "Deux.", "Trois.", "Quatre."):
        chain.append(talk.says(word, parent=chain[-1].ref))
    talk.says("Un bis.", by=talk.karim, parent=chain[0].ref)
    shown = page(reader(), talk.path)
    order = [shown.index(word) for word in ("Zéro.", "Un.", "Deux.", "Trois.", "Quatre.", "Un bis.")]
    assert order == sorted(order)
    assert re.findall(r"reply d(\d)", shown) == ["1", "2", "3", "3", "1"]


def test_a_blocked_account_reads_why_where_it_would_write(talk):
    until = timezone.now() + dt.timedelta(days=7)
    block(space=talk.space, user=talk.nadia, why="Trois insultes en un jour.", until=until, by=talk.officer)
    client = reader(talk.nadia)
    shown = page(client, talk.path)
    assert "Trois insultes en un jour." in shown and "<textarea" not in shown
    assert sent(client, talk).status_code == 403
    assert sent(reader(talk.karim), talk).status_code == 302


def test_scripts_in_words_and_names_are_words(talk):
    talk.nadia.display_name = "<script>alert(1)</script>"
    talk.nadia.save()
    talk.says("<img src=x onerror=alert(1)> & co")
    shown = page(reader(), talk.path)
    assert "<img src=x" not in shown and "<script>alert" not in shown and "&lt;img" in shown


def fill(talk, count: int) -> None:
    for number in range(count):
        root = talk.from_paper(f"Racine {number} {new_ref()}", parent="")
        talk.from_paper(f"Réponse {number} {new_ref()}", parent=root.ref)
    Comment.objects.update(author=talk.karim)  # each has an account whose name is asked for


def test_a_thread_costs_the_same_however_long_it_is(talk):
    fill(talk, 2)
    little = [cost(reader(), talk.path), cost(reader(talk.nadia), talk.path)]
    fill(talk, 30)
    assert [cost(reader(), talk.path), cost(reader(talk.nadia), talk.path)] == little == [NOBODY, SOMEBODY]
    shown = page(reader(), talk.path)
    assert shown.count('id="comment-') == 40 and "Page 1 of 2" in shown


def test_a_long_branch_is_cut_and_leads_to_all_of_it(talk):
    root = talk.from_paper("Racine.")
    for number in range(53):
        last = talk.from_paper(f"Réponse {number} {new_ref()}", parent=root.ref)
    shown = page(reader(), talk.path)
    assert "Read 48 more answers" in shown and shown.count('id="comment-') == 6
    shown = page(reader(), f"/comments/{root.ref}/")
    assert shown.count('id="comment-') == 51 and "Page 1 of 2" in shown and last.ref not in shown
    assert last.ref in page(reader(), f"/comments/{last.ref}/")


def test_a_debate_that_is_not_published_is_nobodys(talk):
    Debate.objects.update(published_at=None)
    comment = talk.says("Des bancs.")
    for path in (talk.path, f"/comments/{comment.ref}/", f"/discussion/debate/{talk.debate.ref}/write/"):
        assert reader(talk.nadia).get(path).status_code == 404


def test_debates_are_listed_in_their_space_and_on_their_page(talk):
    talk.says("Des bancs.")
    for path in (talk.space.get_absolute_url(), talk.debate.component.get_absolute_url()):
        shown = page(reader(), path)
        assert "What about the benches?" in shown and "1 comment" in shown


def test_a_withdrawn_answer_is_not_counted_by_door(talk):
    withdraw_comment(comment=talk.says("Des bancs."), by=talk.nadia, origin=ONLINE)
    assert "0 comments" in page(reader(), talk.path)
