"""The office brings a file that says which account is whose: seen first, then matched, then chosen by hand."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile

from server.accounts.models import User
from server.office import jobs
from server.office.models import Job
from server.processes import spool
from server.processes.models import Space
from server.voting import jobs as jobs_of_votes
from server.voting import views_office_matching
from server.voting.models import MatchQuestion, Roll, RollEntry

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
HEAD = "compte;numero;nom;prenom;date_de_naissance\n"
FILE = HEAD + "zoe@example.org;7;Lefèvre;Zoë;31/05/1980\nmax@example.org;8;Rous;Max;\nnobody@example.org;9;;;\n"


@pytest.fixture
def roll(organiser) -> Roll:
    made = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    for number, family, given, born in (("7", "Lefevre", "Zoé", "1980-05-31"), ("8", "Roux", "Max", "1950-01-02")):
        RollEntry.objects.create(roll=made, number=number, family_name=family, given_name=given, birth_date=born)
    for name in ("zoe", "max"):
        user = User.objects.create_user(f"{name}@example.org")
        EmailAddress.objects.create(user=user, email=user.email, verified=True)
    return made


def send(client, roll: Roll, text: str):
    address = f"/office/prepare/rolls/{roll.pk}/accounts/file/"
    return client.post(address, {"file": SimpleUploadedFile("a.csv", text.encode())}, headers=EN)


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_file_is_shown_confirmed_and_its_doubts_are_answered(organiser, roll, django_capture_on_commit_callbacks):
    preview = send(organiser, roll, FILE)
    told = words(preview)
    assert "1 the same in all" in told and "1 for somebody to choose" in told and "1 cannot be matched" in told
    assert "No account has this address" in told and "no-store" in preview["Cache-Control"]
    assert not RollEntry.objects.exclude(account=None).exists() and not MatchQuestion.objects.exists()
    token = re.search(r'name="token"\s+value="([0-9a-f]{32})"', preview.content.decode())[1]
    here = f"/office/prepare/rolls/{roll.pk}/accounts/"
    for _tap in range(2):  # D19
        with django_capture_on_commit_callbacks(execute=True):
            organiser.post(f"{here}file/confirm/", {"token": token})
    assert RollEntry.objects.get(number="7").account.email == "zoe@example.org"
    page = organiser.get(here, headers=EN)
    assert "max@example.org" in words(page) and "1 of 2 people on this roll have an account" in words(page)
    asked = MatchQuestion.objects.get()
    assert "<mark><bdi>Roux</bdi></mark>" in page.content.decode()
    none = organiser.post(here, {"question": asked.pk}, headers=EN)
    assert none.status_code == 422 and 'id="errors"' in none.content.decode()
    wrong = {"question": asked.pk, f"q{asked.pk}-choice": "other", f"q{asked.pk}-number": "99"}
    assert "No line of this roll has this number" in words(organiser.post(here, wrong, headers=EN))
    right = {"question": asked.pk, f"q{asked.pk}-choice": str(RollEntry.objects.get(number="8").pk)}
    assert organiser.post(here, right).status_code == 302
    assert RollEntry.objects.get(number="8").account.email == "max@example.org"
    assert organiser.post(here, right).status_code == 404
    assert "No question waits" in words(organiser.get(here, headers=EN))


def read_later(client, roll: Roll, text: str, monkeypatch):
    """The roll is large, so the file is read in the background: the page that its job leads to."""
    monkeypatch.setattr(views_office_matching, "AT_ONCE_LINES", 1)
    answer = send(client, roll, text)
    assert answer.status_code == 302
    jobs.run_job(Job.objects.get(kind="roll.match_read"))
    page = client.get(answer.url, headers=EN).content.decode()
    assert "The file is read." in page
    return client.get(re.search(r'id="job-outcome" href="([^"]+)"', page)[1], headers=EN)


def test_at_a_large_roll_the_background_reads_and_the_page_shows_the_same(organiser, roll, monkeypatch):
    at_once, later = send(organiser, roll, FILE), read_later(organiser, roll, FILE, monkeypatch)
    assert "no-store" in later["Cache-Control"]
    assert words(at_once) == words(later)
    token = re.search(r'name="token"\s+value="([0-9a-f]{32})"', later.content.decode())[1]
    organiser.post(f"/office/prepare/rolls/{roll.pk}/accounts/file/confirm/", {"token": token})
    jobs.run_job(Job.objects.get(kind="roll.match"))
    assert RollEntry.objects.get(number="7").account.email == "zoe@example.org"
    gone = organiser.get(f"/office/prepare/rolls/{roll.pk}/accounts/file/{token}/", headers=EN)
    assert gone.status_code == 302  # what was read of it went with the file


def test_a_bad_file_that_the_background_read_is_refused_with_its_lines_and_not_kept(organiser, roll, monkeypatch):
    answer = read_later(organiser, roll, HEAD + "zoe;7;;;\n", monkeypatch)
    assert answer.status_code == 400 and "Line 2: This is not an e-mail address." in words(answer)
    token = Job.objects.get().key
    user = User.objects.get(pk=organiser.session["_auth_user_id"])
    assert spool.read(user=user, purpose=jobs_of_votes.match_purpose(roll), token=token) is None


def test_what_was_read_for_one_person_is_shown_to_nobody_else(organiser, roll, monkeypatch, client):
    read_later(organiser, roll, FILE, monkeypatch)
    address = f"/office/prepare/rolls/{roll.pk}/accounts/file/{Job.objects.get().key}/"
    client.force_login(User.objects.create_superuser("other@example.org"))
    assert client.get(address).status_code == 302 and organiser.get(address).status_code == 200


def test_a_person_may_name_another_line_by_its_number(organiser, roll):
    account = User.objects.get(email="max@example.org")
    asked = MatchQuestion.objects.create(roll=roll, account=account, family_name="Née Autrement")
    said = {"question": asked.pk, f"q{asked.pk}-choice": "other", f"q{asked.pk}-number": " 8 "}
    organiser.post(f"/office/prepare/rolls/{roll.pk}/accounts/", said)
    assert RollEntry.objects.get(number="8").account == account


def test_a_bad_file_is_refused_with_its_lines(organiser, roll):
    answer = send(organiser, roll, HEAD + "zoe;7;;;\nzoe@example.org;;Roux;;\n")
    assert answer.status_code == 400
    assert "Line 2: This is not an e-mail address." in words(answer) and "Line 3: Give the number" in words(answer)


def test_the_template_holds_the_columns_and_nobody(organiser):
    text = organiser.get("/office/prepare/rolls/accounts.csv").content.decode("utf-8-sig")
    assert text == "account;number;family_name;given_name;birth_date\r\n"


def test_the_page_of_accounts_costs_the_same_queries_however_long_the_roll(
    organiser, roll, django_assert_max_num_queries
):
    for number in range(100, 130):
        RollEntry.objects.create(roll=roll, number=str(number), family_name="N")
    with django_assert_max_num_queries(20):
        organiser.get(f"/office/prepare/rolls/{roll.pk}/accounts/")
