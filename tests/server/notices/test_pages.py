"""The pages of notices, the bell, the button, and what they show of what is gone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from server.moderation.actions import hide
from server.moderation.reportables import find as thing
from server.notices.models import Follow, Notice, Wishes
from tests.server.discussion.conftest import page, reader
from tests.server.notices.conftest import follows_debate, told

pytestmark = pytest.mark.django_db
PAGE, FOLLOWING, HOW = "/notices/", "/notices/following/", "/notices/how/"


def test_somebody_follows_by_a_button_is_told_and_reads_it(talk):
    karim = reader(talk.karim)
    assert "Log in to follow" in page(reader(), talk.path)
    sent = karim.post("/notices/follow/", {"kind": "debate", "ref": talk.debate.ref, "on": "1"})
    assert sent.url == talk.path and "You follow this. Stop" in page(karim, talk.path)
    talk.says("Les bancs sont trop bas.")
    told(talk.karim)
    text = page(karim, PAGE)
    assert "What about the benches?" in text and "A new comment." in text
    assert "trop bas" not in text, "no words are copied"
    assert '<b class="num">1</b>' in page(karim, talk.path)
    opened = karim.get(f"/notices/{Notice.objects.get(user=talk.karim).pk}/")
    assert "#comment-" in opened.url
    assert '<b class="num">' not in page(karim, talk.path)


def test_the_list_of_what_one_follows_and_how_to_leave_it(talk):
    follows_debate(talk, talk.karim)
    karim = reader(talk.karim)
    assert "What about the benches?" in page(karim, FOLLOWING)
    karim.post("/notices/follow/", {"kind": "debate", "ref": talk.debate.ref, "on": "0", "from": "list"})
    assert "You follow nothing yet" in page(karim, FOLLOWING)


def test_all_is_marked_as_read_or_what_is_new_about_one_thing(talk):
    follows_debate(talk, talk.karim)
    talk.says("Les bancs sont trop bas.")
    told(talk.karim)
    karim = reader(talk.karim)
    karim.post("/notices/read/", {"kind": "debate", "ref": "other"})
    assert Notice.objects.filter(read_at=None).count() == 1
    karim.post("/notices/read/", {"kind": "debate", "ref": talk.debate.ref})
    assert not Notice.objects.filter(read_at=None).exists()
    Notice.objects.update(read_at=None)
    karim.post("/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_what_is_hidden_meanwhile_is_gone_from_the_page(talk):
    follows_debate(talk, talk.karim)
    said = talk.says("Idiots !")
    told(talk.karim)
    hide(thing=thing("comment", said.ref), reason="insult", by=talk.officer)
    karim = reader(talk.karim)
    assert "What was told here is not shown any more." in page(karim, PAGE)
    assert karim.get(f"/notices/{Notice.objects.get(user=talk.karim).pk}/").url == PAGE
    talk.debate.component.published_at = None
    talk.debate.component.save()
    text = page(karim, PAGE)
    assert "benches" not in text and "Gone, or not shown any more" in text


def test_whoever_wrote_what_is_hidden_still_finds_it(talk):
    said = talk.says("Idiots !")
    hide(thing=thing("comment", said.ref), reason="insult", by=talk.officer)
    told(talk.nadia)
    assert "A moderator hid what you wrote." in page(reader(talk.nadia), PAGE)
    opened = reader(talk.nadia).get(f"/notices/{Notice.objects.get(user=talk.nadia).pk}/")
    assert said.ref in opened.url


def test_notices_of_others_are_nobodys_business(talk):
    follows_debate(talk, talk.karim)
    talk.says("Les bancs sont trop bas.")
    told(talk.karim)
    one = Notice.objects.get(user=talk.karim)
    nadia = reader(talk.nadia)
    assert nadia.get(f"/notices/{one.pk}/").status_code == 404
    nadia.post("/notices/read/")
    one.refresh_from_db()
    assert one.read_at is None and "benches" not in page(nadia, PAGE)


@pytest.mark.parametrize(
    ("kind", "ref"),
    [("debate", "0" * 32), ("comment", "0" * 32), ("", ""), ("space", "x"), ("space", "٣"), ("debate", "")],
)
def test_what_is_not_there_or_cannot_be_followed_is_not_followed(talk, kind, ref):
    said = talk.says("Bonjour.").ref if kind == "comment" else ref
    sent = reader(talk.karim).post("/notices/follow/", {"kind": kind, "ref": said, "on": "1"})
    assert sent.status_code == 404 and not Follow.objects.filter(user=talk.karim).exists()


def test_wishes_are_kept_and_shown(talk):
    karim = reader(talk.karim)
    assert "Letters go to confirmed addresses only" in page(karim, HOW)
    asked = {
        "rhythm": "daily", "follows_own": "on", "moderation": "app", "mention": "once", "reply": "none", "own": "app",
        "comment": "digest", "answer": "digest", "phase": "none", "proposal": "none",
    }  # fmt: skip
    assert karim.post(HOW, asked).status_code == 302
    kept = Wishes.objects.get(user=talk.karim)
    assert (kept.rhythm, kept.follows_own, kept.follows_talk) == ("daily", True, False)
    assert kept.ways["mention"] == "once" and kept.language == "en"
    assert karim.post(HOW, asked | {"proposal": "once"}).status_code == 422, "of those there are too many"


def test_the_bell_costs_nothing_to_who_is_not_logged_in_and_one_query_to_who_is(talk):
    def asks_notices(client) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/how/")
        return sum("notices_notice" in one["sql"] for one in asked)

    assert asks_notices(reader()) == 0 and asks_notices(reader(talk.karim)) == 1


def test_the_page_costs_the_same_however_much_is_new(talk):
    follows_debate(talk, talk.karim)
    karim, costs = reader(talk.karim), []
    for count in (1, 9):
        for number in range(count):
            talk.says(f"Les bancs sont trop bas, {count}, {number}.")
        told(talk.karim)
        page(karim, PAGE)
        with CaptureQueriesContext(connection) as asked:
            page(karim, PAGE)
        costs.append(len(asked))
    assert costs[0] == costs[1]
