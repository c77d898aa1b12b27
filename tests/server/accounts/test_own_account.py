"""One's own account: its name, the copy of all that is held, and its end."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client

from server.accounts.actions import erase_account
from server.accounts.holdings import holdings
from server.accounts.models import User
from server.accounts.refusals import LastAdministrator
from server.ledger.models import Record
from server.office.models import Act
from server.opendata.actions import published_folder
from server.processes.invitations import accept_invitation, invite
from server.processes.models import SpaceRole
from server.processes.refusals import LastOrganiser
from server.voting import actions as voting
from server.voting.models import RollEntry
from server.voting.rights import Right
from server.web.town.build import PASSWORD
from tests.server.votes import ONLINE, make_vote

ENGLISH = {"headers": {"accept-language": "en"}}


def logged_in(user: User, *, is_sure: bool = False) -> Client:
    """Through the real form; ``is_sure`` types the password a second time, as deeds that cannot be undone ask."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, **ENGLISH)
    assert answer.status_code == 302
    if is_sure:
        assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}, **ENGLISH).status_code == 302
    return client


def test_the_account_page_needs_an_account(client, db):
    for page in ("/account/", "/account/data/", "/account/erase/"):
        assert client.get(page)["Location"].startswith("/accounts/login/")


def test_a_name_can_be_given_and_taken_back(town):
    client = logged_in(town.residents["karim"])
    assert client.post("/account/", {"name": "Karim B."}, **ENGLISH).status_code == 302
    assert "Karim B." in client.get("/account/", **ENGLISH).content.decode()
    client.post("/account/", {"name": ""})
    assert User.objects.get(email="karim@villeneuve.example").display_name == ""


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "\u202egnol eman", "👩‍👩‍👧 Ines", "a" * 81, "x" * 1_000_000, "nul\x00", "a\x07b"],
)
def test_x5_x22_a_hostile_name_is_shown_as_text_or_refused(town, name):
    client = logged_in(town.residents["karim"])
    answer = client.post("/account/", {"name": name}, follow=True, **ENGLISH)
    assert answer.status_code in (200, 413, 422)
    assert "<script>alert(1)" not in answer.content.decode()
    kept = User.objects.get(email="karim@villeneuve.example").display_name
    assert len(kept) <= 80 and "\x00" not in kept and "\x07" not in kept


def test_the_copy_holds_all_that_is_held_and_no_vote(town):
    client = logged_in(town.residents["ines"], is_sure=True)
    answer = client.get("/account/data/")
    held = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert held["account"]["email"] == "ines@villeneuve.example"
    assert held["rolls"][0]["space"] == town.running.space.slug
    assert held["presence"] == [{"box": town.running.box.ref, "used_in_person": False}]
    assert len(held["logged_in"]) == 1
    assert set(held) == {
        "account", "addresses", "second_factors", "other_logins", "logged_in", "roles", "rolls", "presence", "acts",
        "invitations", "memberships", "named_in", "proposals", "endorsed",
        "comments", "found_useful", "blocks", "reports", "follows", "notices", "wishes",
        "cards_typed_in", "cards_looked_at", "cards_sent_in", "files", "signed_with_others",
        "asked_about_on_rolls",
    }  # fmt: skip


def test_p23_an_erased_account_leaves_no_name_and_a_log_that_holds(town):
    ines, entry = town.residents["ines"], RollEntry.objects.get(account=town.residents["ines"])
    records = list(Record.objects.order_by("index").values_list("id", flat=True))
    client = logged_in(ines, is_sure=True)
    assert client.post("/account/erase/", {"address": "ines@villeneuve.example"}, **ENGLISH).status_code == 302
    assert client.get("/account/")["Location"].startswith("/accounts/login/")
    dump = io.StringIO()
    call_command("dumpdata", exclude=["voting.rollentry"], stdout=dump)  # the roll is the town's list
    assert "ines@" not in dump.getvalue().lower()
    erased = User.objects.get(pk=ines.pk)
    assert erased.is_erased and not erased.is_active and not erased.has_usable_password()
    entry.refresh_from_db()
    assert entry.account is None and entry.family_name
    assert list(Record.objects.order_by("index").values_list("id", flat=True)) == records
    again = Client().post("/accounts/login/", {"login": "ines@villeneuve.example", "password": PASSWORD}, **ENGLISH)
    assert again.status_code == 200


def test_p23_an_invitation_forgets_whom_it_was_sent_to(town):
    """Under every address the account ever had; one that waits is taken back."""
    organiser, space = town.staff["organiser"], town.running.space
    answered, link = invite(space=space, role="desk", email="old.address@example.org", by=organiser)
    accept_invitation(code=link.rstrip("/").rsplit("/", 1)[-1], user=town.residents["ines"])
    waiting, _link = invite(space=space, role="scanner", email="Ines@villeneuve.example", by=organiser)
    assert len(holdings(town.residents["ines"])["invitations"]) == 2
    erase_account(user=town.residents["ines"])
    for one in (answered, waiting):
        one.refresh_from_db()
        assert one.email.endswith("@erased.invalid")
    assert waiting.state == "revoked" and answered.state == "accepted"


def test_p23_a_result_verifies_after_somebody_who_voted_is_erased(db):
    """By account, from the ballot to what is published: the log loses nothing, and nothing of it names anybody."""
    vote = make_vote()
    user = User.objects.create_user("zelie@example.org", PASSWORD)
    voting.match_account(entry=vote.entries[0], user=user)
    right = Right.of_account(vote.box, user)
    voting.cast_ballot(box=vote.box, right=right, choices={"q1": ["lavoir"]}, origin=ONLINE)
    erase_account(user=user)
    vote.finish(passes_unused=8, passes_spoiled=0, passes_returned=0)
    folder = published_folder(vote.box)
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert vote.box.cast_vote_records.count() == 1
    for name in sorted(folder.iterdir()):
        assert b"zelie" not in name.read_bytes()


def test_the_copy_counts_every_row_that_names_the_account(town):
    """A table that is built later is in it: whatever points at accounts is asked."""
    told = holdings(town.staff["organiser"])["named_in"]
    assert told["processes.spacerole.user"] == town.staff["organiser"].space_roles.count() > 0
    assert all(told.values()) and "office.act.by" in told


def test_erasing_takes_the_address_typed(town):
    client = logged_in(town.residents["ines"], is_sure=True)
    answer = client.post("/account/erase/", {"address": "paul@villeneuve.example"}, **ENGLISH)
    assert answer.status_code == 422 and "Nothing was erased" in answer.content.decode()
    assert User.objects.get(email="ines@villeneuve.example").is_active


def test_erasing_asks_for_the_password_again(town):
    client = logged_in(town.residents["ines"])
    assert client.get("/account/erase/")["Location"].startswith("/accounts/reauthenticate/")


def test_the_last_organiser_of_a_space_cannot_vanish(town):
    organiser = town.staff["organiser"]
    with pytest.raises(LastOrganiser):
        erase_account(user=organiser)
    assert User.objects.get(pk=organiser.pk).is_active and organiser.space_roles.exists()
    client = logged_in(organiser, is_sure=True)
    answer = client.post("/account/erase/", {"address": organiser.email}, **ENGLISH)
    assert answer.status_code == 409 and "at least one organiser" in answer.content.decode()
    SpaceRole.objects.create(space=town.running.space, user=town.residents["paul"], role=SpaceRole.Role.ORGANISER)
    erase_account(user=organiser)
    assert not SpaceRole.objects.filter(user=organiser).exists()


def test_the_last_administrator_cannot_vanish(db):
    admin = User.objects.create_superuser("admin@villeneuve.example", PASSWORD)
    with pytest.raises(LastAdministrator):
        erase_account(user=admin)
    User.objects.create_superuser("second@villeneuve.example", PASSWORD)
    erase_account(user=admin)
    assert not User.objects.get(pk=admin.pk).is_staff


def test_acts_of_an_erased_account_stay_without_a_name(town):
    helper = town.residents["paul"]
    Act.objects.create(by=helper, deed="space.saved", space=town.running.space, place=town.running.space.slug)
    erase_account(user=helper)
    act = Act.objects.get(by=helper)
    assert "paul" not in str(act.by).lower()


def test_logging_the_others_out_ends_their_sessions(town):
    here, elsewhere = logged_in(town.residents["ines"]), logged_in(town.residents["ines"])
    assert UserSession.objects.count() == 2
    assert "Log out everywhere else" in here.get("/accounts/sessions/", **ENGLISH).content.decode()
    here.post("/accounts/sessions/")
    assert elsewhere.get("/account/").status_code == 302 and here.get("/account/").status_code == 200


def test_a_new_address_takes_the_old_ones_place_when_it_is_confirmed(town, mailoutbox):
    karim = town.residents["karim"]
    EmailAddress.objects.create(user=karim, email=karim.email, verified=True, primary=True)
    client = logged_in(karim, is_sure=True)
    client.post("/accounts/email/", {"action_add": "", "email": "karim.new@villeneuve.example"}, **ENGLISH)
    assert User.objects.get(pk=karim.pk).email == karim.email
    letter = next(mail for mail in mailoutbox if mail.to == ["karim.new@villeneuve.example"])
    link = next(word for word in letter.body.split() if "/accounts/confirm-email/" in word)
    path = "/" + link.split("/", 3)[3]
    client.post(path)
    assert User.objects.get(pk=karim.pk).email == "karim.new@villeneuve.example"
    assert client.post(path).status_code in (302, 404)  # X14: used up
