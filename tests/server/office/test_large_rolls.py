"""A large file of people is read in the background, walked through and not held; what it shows is what is written."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from server.office import jobs
from server.office.models import Job
from server.processes import spool
from server.processes.models import Space
from server.voting import views_office_imports
from server.voting.models import Roll, RollEntry
from server.voting.roll_import import Person, stream_people
from server.voting.roll_sketch import RollSketch, sketch_roll
from tests.server.office.workbooks import workbook

pytestmark = pytest.mark.long
PEOPLE = 2_400  # written in three parts
AT_ONCE_BYTES = 40 * 1024  # what is more is large here; where it begins in truth is asked in ``test_bad_files``
HEAD = "numero;nom;prenom;date_de_naissance;adresse;courriel\n"


def rows(count: int) -> list[list[str]]:
    """As a town's register has them; the last two are twins."""
    people = [
        [str(n), f"Nom{n}", "Camille", f"{1930 + n % 80}-05-31", f"{n} rue de la Grande Fontaine", f"p{n}@example.org"]
        for n in range(1, count + 1)
    ]
    people[-1][1:4] = people[-2][1:4]
    return people


def csv(people: list[list[str]], head: str = HEAD) -> bytes:
    return (head + "".join(";".join(row) + "\n" for row in people)).encode()


@pytest.fixture(autouse=True)
def soon_large(monkeypatch):
    monkeypatch.setattr(views_office_imports, "AT_ONCE_BYTES", AT_ONCE_BYTES)


@pytest.fixture
def roll(organiser) -> Roll:
    made = Roll.objects.create(space=Space.objects.get(slug="prepare"), title="Liste")
    RollEntry.objects.create(roll=made, number="1", family_name="Autrement")
    RollEntry.objects.create(roll=made, number="x", family_name="Seule")
    return made


@pytest.fixture
def office(organiser, roll) -> Client:
    organiser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return organiser


def send(client: Client, roll: Roll, content: bytes, name: str = "liste.csv"):
    return client.post(f"/office/prepare/rolls/{roll.pk}/import/", {"file": SimpleUploadedFile(name, content)})


def outcome(client: Client, answer) -> str:
    """Do the job, and follow its page to what it read. The page of the job survives a reload."""
    assert answer.status_code == 302 and "Waiting for its turn" in client.get(answer.url).content.decode()
    job = Job.objects.get(state="waiting")
    jobs.run_job(job)
    page = client.get(answer.url).content.decode()
    assert "The file is read." in page
    return re.search(r'id="job-outcome" href="([^"]+)"', page)[1]


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_file_is_read_shown_and_written_in_the_background(office, roll, kind):
    content = csv(rows(PEOPLE))
    if kind == "xlsx":
        content = workbook([HEAD.strip().split(";"), *rows(PEOPLE)])
    answer = send(office, roll, content, f"liste.{kind}")
    assert not RollEntry.objects.filter(number="2").exists()
    page = office.get(outcome(office, answer))
    told = words(page)
    assert "2,399 new" in told and "1 changed" in told and "1 on the roll, not in the file" in told
    assert "1 possible twin" in told and f"liste.{kind}" in told and "no-store" in page["Cache-Control"]
    fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', page.content.decode()))
    for _tap in range(2):  # D19
        with TestCase.captureOnCommitCallbacks(execute=True):
            office.post(f"/office/prepare/rolls/{roll.pk}/import/confirm/", fields)
    assert roll.entries.count() == PEOPLE + 1 and roll.entries.get(number="1").family_name == "Nom1"
    assert Job.objects.get(kind="roll.import").facts["rows"] == PEOPLE
    roll.refresh_from_db()
    assert roll.version == 2
    assert "no longer here" in words(office.get(page.request["PATH_INFO"], follow=True))


@pytest.mark.django_db
def test_what_is_wrong_with_a_large_file_is_named_by_its_lines_and_nothing_is_kept(office, roll):
    people = rows(PEOPLE)
    people[499][0], people[700][3] = people[0][0], "31/31/1980"
    told = words(office.get(outcome(office, send(office, roll, csv(people)))))
    assert "This file cannot be taken" in told
    assert "Line 501: This number stands twice. (1)" in told and "Line 702: This is not a date." in told
    assert roll.entries.count() == 2


@pytest.mark.django_db
def test_missing_columns_of_a_large_file_are_asked_for_and_read_again(office, roll):
    strange = csv(rows(PEOPLE), "Kennung;Zuname;Rufname;Geburt;Ort;Post\n")
    page = office.get(outcome(office, send(office, roll, strange)))
    assert "Which column is what?" in words(page)
    token = re.search(r'name="token"\s+value="([0-9a-f]{32})"', page.content.decode())[1]
    chosen = {"token": token, "number": "kennung", "family_name": "zuname", "file_name": "liste.csv"}
    answer = office.post(f"/office/prepare/rolls/{roll.pk}/import/columns/", chosen)
    told = words(office.get(outcome(office, answer)))
    assert "2,399 new" in told and "1 changed" in told


@pytest.mark.django_db
def test_another_person_does_not_see_what_was_read(office, roll):
    page = outcome(office, send(office, roll, csv(rows(PEOPLE))))
    other = Client()
    from server.accounts.models import User

    other.force_login(User.objects.create_superuser("other@example.org"))
    assert other.get(page).status_code == 302


@pytest.mark.django_db
def test_a_file_that_turns_out_bad_while_it_is_written_leaves_the_roll_as_it_was(office, roll):
    """What is wrong is known at the end; then all that was written before is taken back."""
    from server.accounts.models import User
    from server.voting.jobs import roll_purpose

    user = User.objects.get(email="agnes@example.org")
    people = rows(PEOPLE)
    people[-1][0] = people[0][0]
    token = spool.keep(user=user, purpose=roll_purpose(roll), content=csv(people))
    job = jobs.start_job(kind="roll.import", key=token, space=roll.space, by=user, facts={"roll": roll.pk})
    jobs.run_job(job)
    job.refresh_from_db()
    assert job.state == "failed" and ("2401" in job.error or "2\u202f401" in job.error)
    assert roll.entries.count() == 2


def test_people_are_handed_on_one_by_one_before_the_file_is_at_its_end():
    people = stream_people(csv([["1", "A"], ["2", "B"], ["1", "C"]], "numero;nom\n"))
    assert [next(people).number, next(people).number] == ["1", "2"]
    with pytest.raises(ValueError, match="duplicate_number"):
        next(people)


def test_a_sketch_survives_being_kept_as_text():
    file = [Person(line, str(line), "Même", "Nom") for line in range(2, 40)]
    sketch = sketch_roll(lambda: file, lambda: [Person(0, "2", "Autre"), Person(0, "99", "Même", "Nom")])
    assert (sketch.new_count, sketch.changed_count, sketch.staying_count, sketch.twin_count) == (37, 1, 1, 1)
    assert len(sketch.first) == 20 and len(sketch.twins[0]) == 39
    assert RollSketch.from_json(sketch.as_json()) == sketch
