"""Letters: gathered, at most once, in the person's language, to confirmed addresses, stopped by one click."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from server.moderation.actions import hide
from server.moderation.reportables import find as thing
from server.notices.days import forget_old_notices
from server.notices.following import mark_read
from server.notices.letters import send_at_once, send_gathered
from server.notices.models import Follow, News, Notice, Wishes
from server.notices.stopping import ALL_LETTERS, stop_link
from server.notices.tasks import tell_what_is_new
from server.notices.wishing import keep_wishes
from tests.server.notices.conftest import follows_debate, told

pytestmark = pytest.mark.django_db
MORNING = timezone.make_aware(dt.datetime(2031, 5, 6, 9, 30))


@pytest.fixture
def karim(talk, letters):
    """Follows the debate and has its comments gathered every day."""
    keep_wishes(user=talk.karim, ways={"comment": "digest"}, rhythm="daily")
    Wishes.objects.update(language="en")
    follows_debate(talk, talk.karim)
    return talk.karim


def said_and_told(talk, *texts: str) -> None:
    for text in texts or ("Les bancs sont trop bas.",):
        talk.says(text)
    told(talk.karim)


def test_what_is_new_is_gathered_in_one_letter_with_names_and_links(talk, karim, letters):
    said_and_told(talk, "Les bancs sont trop bas.", "Et trop durs.")
    assert send_gathered(MORNING) == 1
    (letter,) = letters
    assert letter.to == [karim.email] and "What is new in" in letter.subject
    html = letter.alternatives[0][0]
    for text in (letter.body, html):
        assert "What about the benches?" in text and text.count("A new comment.") == 2
        assert talk.path in text and "trop bas" not in text
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "&amp;" not in letter.body and "<" not in letter.body.replace(letter.extra_headers["List-Unsubscribe"], "")


def test_it_is_written_in_the_language_of_the_person(talk, karim, letters):
    Wishes.objects.update(language="fr")
    said_and_told(talk)
    send_gathered(MORNING)
    assert "Et les bancs ?" in letters[0].body and '<html lang="fr">' in letters[0].alternatives[0][0]


def test_never_twice_and_nothing_when_there_is_nothing(talk, karim, letters):
    assert send_gathered(MORNING) == 0
    said_and_told(talk)
    assert [send_gathered(MORNING), send_gathered(MORNING)] == [1, 0]
    said_and_told(talk, "Et trop durs.")
    later = MORNING + dt.timedelta(hours=3)
    assert send_gathered(later) == 0, "one a day"
    assert send_gathered(MORNING + dt.timedelta(days=1)) == 1
    assert letters[1].body.count("A new comment.") == 1


def test_once_a_week_for_whoever_wishes_so(talk, karim, letters):
    Wishes.objects.update(rhythm="weekly")
    for day, sent in ((0, 1), (1, 0), (6, 0), (7, 1)):
        said_and_told(talk, f"Jour {day}.")
        assert send_gathered(MORNING + dt.timedelta(days=day)) == sent, day


def test_nobody_is_woken(talk, karim, letters):
    said_and_told(talk)
    assert send_gathered(MORNING.replace(hour=6)) == 0 and send_gathered(MORNING.replace(hour=7)) == 1


def test_only_confirmed_addresses_are_written_to(talk, karim, letters):
    EmailAddress.objects.filter(user=karim).update(verified=False)
    said_and_told(talk)
    assert send_gathered(MORNING) == 0


def test_a_post_office_that_is_shut_loses_nothing_and_is_left_alone_for_an_hour(talk, karim, letters, monkeypatch):
    said_and_told(talk)

    def shut(self, *_given, **_named):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMultiAlternatives, "send", shut)
    assert send_gathered(MORNING) == 0
    monkeypatch.undo()
    assert send_gathered(MORNING + dt.timedelta(hours=1)) == 1 and len(letters) == 1


def test_a_worker_that_dies_while_sending_sends_no_second_letter(talk, karim, letters, monkeypatch):
    said_and_told(talk)

    def die(self, *_given, **_named):
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(EmailMultiAlternatives, "send", die)
        send_gathered(MORNING)
    assert send_gathered(MORNING + dt.timedelta(hours=1)) == 0
    assert Notice.objects.filter(user=karim, is_here=True, read_at=None).exists(), "it stands on the page"


def test_no_more_leave_in_an_hour_than_the_installation_says(talk, karim, letters, settings):
    settings.PARVIS_LETTERS_PER_HOUR = 1
    keep_wishes(user=talk.nadia, ways={"comment": "digest"}, rhythm="daily")
    follows_debate(talk, talk.nadia)
    talk.says("Bonjour.", talk.officer)
    told(karim)
    assert [send_gathered(MORNING), send_gathered(MORNING + dt.timedelta(minutes=5))] == [1, 0]
    assert send_gathered(MORNING + dt.timedelta(minutes=65)) == 1


def test_what_is_hidden_before_the_letter_leaves_is_not_in_it(talk, karim, letters):
    said = talk.says("Idiots !")
    told(karim)
    hide(thing=thing("comment", said.ref), reason="insult", by=talk.officer)
    send_gathered(MORNING)
    assert letters == []


def test_what_happens_to_ones_own_words_leaves_at_once_and_at_most_every_hour(talk, letters):
    for text in ("Idiots !", "Imbéciles !"):
        hide(thing=thing("comment", talk.says(text).ref), reason="insult", by=talk.officer)
    told(talk.nadia)
    now = timezone.now()
    assert [send_at_once(now), send_at_once(now)] == [1, 0]
    assert letters[0].body.count("A moderator hid") + letters[0].body.count("modérat") >= 2
    hide(thing=thing("comment", talk.says("Encore !").ref), reason="insult", by=talk.officer)
    told(talk.nadia)
    assert send_at_once(now + dt.timedelta(minutes=30)) == 0
    assert send_at_once(now + dt.timedelta(minutes=61)) == 1


def test_x13_one_click_in_a_letter_stops_all_without_a_log_in(talk, karim, letters):
    said_and_told(talk)
    send_gathered(MORNING)
    link = re.search(r"<(.+)>", letters[0].extra_headers["List-Unsubscribe"])
    path = re.sub(r"^https?://[^/]+", "", link[1])
    stranger = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    assert b"Stop these letters?" in stranger.get(path).content
    said_and_told(talk, "Et trop durs.")
    assert send_gathered(MORNING + dt.timedelta(days=1)) == 1, "programs that open links stop nothing"
    said_and_told(talk, "Et trop chers.")
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert send_gathered(MORNING + dt.timedelta(days=2)) == 0
    said_and_told(talk, "Et trop loin.")
    assert send_gathered(MORNING + dt.timedelta(days=3)) == 0
    assert Notice.objects.filter(user=karim).count() == 4, "on the site they are told"


def test_one_click_stops_following_one_thing(talk, karim):
    path = re.sub(r"^https?://[^/]+", "", stop_link(karim, ("debate", talk.debate.ref)))
    assert Client(enforce_csrf_checks=True).post(path).status_code == 200
    assert not Follow.objects.get(user=karim).is_on


def test_a_link_that_is_not_ours_stops_nothing(talk, karim):
    path = re.sub(r"^https?://[^/]+", "", stop_link(karim, ALL_LETTERS))
    for wrong in (path[:-3] + "xx/", "/notices/stop/x/"):
        assert Client().post(wrong).status_code == 404
    assert Wishes.objects.get(user=karim).ways == {"comment": "digest"}


def test_a_worker_orders_the_telling_once(talk, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    told(talk.karim)
    assert not tell_what_is_new()
    talk.says("Les bancs sont trop bas.")
    assert [tell_what_is_new(), tell_what_is_new()] == [True, False]


def test_what_was_read_goes_after_three_months_and_its_news_with_it(talk):
    follows_debate(talk, talk.karim)
    talk.says("Les bancs sont trop bas.")
    told(talk.karim)
    mark_read(user=talk.karim)
    forget_old_notices()
    assert Notice.objects.count() == 1
    long_ago = timezone.now() - dt.timedelta(days=91)
    Notice.objects.update(read_at=long_ago)
    News.objects.update(told_at=long_ago)
    forget_old_notices()
    assert not Notice.objects.exists() and not News.objects.exists()
