"""The desk's and the office's pages about proxies and help (P13)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from server.processes.models import SpaceRole
from server.voting import actions as voting
from server.voting.models import Assistance, PresenceMark, Proxy
from tests.server.votes import Vote, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vote_once(ground) -> Vote:
    return make_vote(people=30, passes=8, proxies_per_holder=1, helped_per_helper=1)


def page(name: str, vote: Vote, *more: int) -> str:
    return reverse(f"desk:{name}", args=[vote.session.ref, *more])


def words(reply) -> str:
    return " ".join(reply.content.decode().split())


def found(desk, vote: Vote, text: str) -> str:
    return words(desk.post(page("search", vote), {"q": text}))


def enter(desk, vote: Vote, giver: str = "00003", **more: str):
    form = {"giver": giver, "shown": "signed proxy"} | more
    return desk.post(page("proxy", vote, vote.entries[5].pk), form)


def test_a_proxy_is_entered_once_both_names_were_read_then_used_for_one_more_pass(desk, vote: Vote):
    assert "Carries a proxy" in found(desk, vote, "Nom5")
    read = words(enter(desk, vote))
    assert "Read both names once more" in read and "Nom3" in read and not Proxy.objects.exists()
    assert enter(desk, vote, confirmed="1").url == page("home", vote)
    shown = found(desk, vote, "Nom5")
    assert "Proxy of Camille Nom3, No. 00003" in shown
    assert "Gave a proxy to Camille Nom5" in found(desk, vote, "Nom3")
    done = desk.post(page("proxy_use", vote, vote.entries[3].pk), {"token": "t"}, follow=True)
    assert "Hand over one more pass of the stack." in words(done)
    assert PresenceMark.objects.get().way == "proxy"
    assert "Marked here by proxy" in found(desk, vote, "Nom3")


@pytest.mark.parametrize(
    ("giver", "said"),
    [
        ("nobody", "Nobody is found."),
        ("Camille", "Several people are found."),
        ("00005", "Who gave a proxy is away"),
    ],
)
def test_who_is_not_plain_is_asked_again(desk, vote: Vote, giver: str, said: str):
    assert said in words(enter(desk, vote, giver, confirmed="1")) and not Proxy.objects.exists()


def test_whoever_came_themselves_revokes_at_the_desk_and_is_marked(desk, vote: Vote):
    enter(desk, vote, confirmed="1")
    refused = desk.post(page("mark", vote, vote.entries[3].pk), {"token": "t"})
    assert refused.status_code == 409 and "This person gave a proxy." in words(refused)
    revoke = page("proxy_revoke", vote, vote.entries[3].pk)
    assert revoke in found(desk, vote, "Nom3")
    assert desk.post(revoke, {"reason": ""}).status_code == 422
    assert desk.post(revoke, {"reason": "came themselves"}).status_code == 302
    assert desk.post(page("mark", vote, vote.entries[3].pk), {"token": "t"}).status_code == 302
    assert desk.get(revoke).status_code == 404


def test_one_proxy_too_many_is_refused_with_its_reason(desk, vote: Vote):
    enter(desk, vote, confirmed="1")
    answer = enter(desk, vote, "00007", confirmed="1")
    assert answer.status_code == 409 and "as many proxies as the vote allows" in words(answer)


def test_a_helper_is_noted_by_name_and_a_limit_is_told(desk, vote: Vote):
    home = words(desk.get(page("home", vote)))
    assert "This person is helped by" in home and "Who is helped is not written down." in home
    done = words(desk.post(page("help", vote), {"helper": "Anne Durand", "token": "a"}, follow=True))
    assert "Noted: 1 of the 1" in done and "1 person helped" in done
    refused = desk.post(page("help", vote), {"helper": "anne durand", "token": "b"})
    assert refused.status_code == 409 and "Somebody else must help." in words(refused)
    assert Assistance.objects.count() == 1 and "Anne Durand" not in words(refused)


def test_a_vote_without_proxies_and_help_shows_nothing_of_them(client):
    vote = make_vote(officer="plain@example.org")
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role="organiser")
    client.force_login(vote.officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    home = found(client, vote, "Nom5")
    assert "proxy" not in home.lower() and "helped by" not in home
    assert client.get(page("proxy", vote, vote.entries[5].pk)).status_code == 404
    assert client.get(reverse("office_voting:proxies", args=[vote.box.ref])).status_code == 404


def test_the_office_enters_and_revokes_proxies(client, vote: Vote):
    SpaceRole.objects.create(space=vote.box.space, user=vote.officer, role="organiser")
    client.force_login(vote.officer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = reverse("office_voting:proxies", args=[vote.box.ref])
    assert address in words(client.get(reverse("office_voting:box", args=[vote.box.ref])))
    form = {"giver": "Nom11", "holder": "00012", "shown": "signed proxy"}
    assert "Read both names once more" in words(client.post(address, form))
    assert client.post(address, form | {"confirmed": "1"}).url == address
    proxy = Proxy.objects.get()
    one = reverse("office_voting:proxy", args=[vote.box.ref, proxy.pk])
    assert one in words(client.get(address)) and "signed proxy" in words(client.get(one))
    assert client.post(one, {"reason": "asked for it"}).url == address
    assert "Revoked" in words(client.get(address))


def test_names_of_helpers_and_papers_go_when_the_roll_goes(vote: Vote, monkeypatch):
    voting.note_help(session=vote.session, name="Anne Durand", by=vote.officer)
    voting.note_help(session=vote.session, name="Bob Martin", by=vote.officer)
    facts = {"giver": vote.entries[0], "holder": vote.entries[1], "shown": "identity card"}
    voting.enter_proxy(boxes=[vote.box], by=vote.officer, **facts)
    box = vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    type(box).objects.filter(pk=box.pk).update(certified_at="2020-01-01T00:00Z")
    voting.destroy_remains(box=box)
    assert [one.name for one in Assistance.objects.all()] == ["", ""]
    assert Proxy.objects.get().shown == ""
