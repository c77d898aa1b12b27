"""The pages of paper: who may open them, what they do, what they say."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings.models import Session
from server.paper import storage
from server.paper.models import ImageView, PrintRun, Reading, ScanBatch, SlipRun
from server.processes.models import SpaceRole
from server.voting.balance_facts import hand_counts_asked
from server.voting.models import LetterBinding, Pass
from tests.server.paper_bench import Paper
from tests.server.votes import Vote

pytestmark = pytest.mark.django_db


def person(vote: Vote, role: str = "") -> User:
    user = User.objects.create_user(f"{role or 'nobody'}@example.org")
    if role:
        SpaceRole.objects.create(space=vote.box.space, user=user, role=role)
    return user


@pytest.fixture
def organiser(vote: Vote, client):
    client.force_login(person(vote, "organiser"))
    return client


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """What is queued when a transaction commits, runs: the background worker of these tests."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def addresses(vote: Vote, reading: Reading) -> dict[str, list[str]]:
    """Every page of the room, by who may open it."""
    ref, run = vote.session.ref, PrintRun.objects.get()
    return {
        "print": [
            reverse("paper:print_runs", args=[ref]),
            reverse("paper:progress", args=[ref]),
            reverse("paper:sheets_file", args=[run.pk]),
            *(reverse("paper:hall_print", args=[ref, vote.box.ref, kind]) for kind in ("poster", "label")),
        ],
        "read": [
            reverse("paper:scans", args=[ref]),
            reverse("paper:scan_rows", args=[ref]),
            reverse("paper:batch", args=[reading.batch_id]),
            reverse("paper:review", args=[ref]),
            reverse("paper:reading", args=[reading.pk]),
            reverse("paper:image", args=[reading.pk]),
        ],
    }


@pytest.mark.parametrize(
    ("role", "prints", "reads"),
    [("organiser", 200, 200), ("scanner", 404, 200), ("desk", 404, 404), ("observer", 404, 404), ("", 404, 404)],
)
def test_only_the_people_of_the_space_reach_its_paper(client, vote: Vote, doubtful: Reading, role, prints, reads):
    client.force_login(person(vote, role))
    pages = addresses(vote, doubtful)
    assert {client.get(page).status_code for page in pages["print"]} == {prints}
    assert {client.get(page).status_code for page in pages["read"]} == {reads}


def test_who_is_not_logged_in_is_asked_to(client, vote: Vote, doubtful: Reading):
    pages = addresses(vote, doubtful)
    for page in pages["print"] + pages["read"]:
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_the_organiser_of_another_space_reaches_nothing_i11(client, vote: Vote, doubtful: Reading):
    from server.processes.models import Space

    other = User.objects.create_user("other@example.org")
    SpaceRole.objects.create(
        space=Space.objects.create(slug="other", title={"fr": "Autre"}), user=other, role="organiser"
    )
    client.force_login(other)
    pages = addresses(vote, doubtful)
    assert {client.get(page).status_code for page in pages["print"] + pages["read"]} == {404}
    assert client.post(reverse("paper:decide", args=[doubtful.pk]), {"outcome": "discard"}).status_code == 404
    assert not ImageView.objects.exists()


def test_sheets_are_ordered_drawn_and_downloaded(organiser, vote: Vote, commit):
    with commit():
        organiser.post(
            reverse("paper:order_sheets", args=[vote.session.ref]), {"box": vote.box.pk, "quantity": 12, "tests": 2}
        )
    tests, run = PrintRun.objects.order_by("number")
    assert (tests.is_test, tests.status, run.status, run.done_count) == (True, "ready", "ready", 12)
    assert (tests.sheets.count(), run.sheets.count()) == (2, 12)
    page = organiser.get(reverse("paper:print_runs", args=[vote.session.ref])).content.decode()
    assert reverse("paper:sheets_file", args=[run.pk]) in page
    file = organiser.get(reverse("paper:sheets_file", args=[run.pk]))
    assert file["Content-Type"] == "application/pdf"
    assert "no-store" in file["Cache-Control"]
    assert b"".join(file.streaming_content).startswith(b"%PDF")


def test_prints_are_searched_and_filtered_once_there_are_many(organiser, vote: Vote):
    for n in range(9):
        facts = {"status": "failed" if n == 5 else "ready", "is_test": n == 0, "quantity": 10}
        PrintRun.objects.create(box=vote.box, session=vote.session, number=n, **facts)
    SlipRun.objects.create(kind="stack", session=vote.session, quantity=20, status="waiting")
    organiser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def found(**asked: str) -> list[str]:
        pages = [reverse(name, args=[vote.session.ref]) for name in ("paper:print_runs", "paper:progress")]
        told = [organiser.get(page, asked).content.decode() for page in pages]
        whole, part = [
            re.findall(r'<th scope="row">\s*((?:Test )?(?:[Ss]heets|[Pp]asses)(?: \d)?)', text) for text in told
        ]
        assert whole == part and ("Nothing matches" in told[0]) == (not whole)
        assert f"?{urlencode(asked).replace('&', '&amp;')}" in told[1], (
            "while something is made, it is asked for as it was"
        )
        return whole

    assert found() == ["Test sheets 0", *(f"Sheets {n}" for n in range(1, 9)), "Passes"]
    assert found(q="test") == ["Test sheets 0"] and found(q="sheets 7") == ["Sheets 7"] and found(q="rien") == []
    assert found(what="passes") == ["Passes"] and found(what="letters") == []
    assert found(state="failed") == ["Sheets 5"] and found(state="failed", what="passes") == []


def test_the_file_on_disk_is_private_and_the_database_holds_no_serial(desk_paper: Paper):
    run = desk_paper.print(3)
    path = storage.absolute(run.file)
    assert path.stat().st_mode & 0o077 == 0
    (reading,) = desk_paper.read(desk_paper.sheets(run)[0])
    code = reading.sheet
    assert len(code.check_value) == len(code.use_value) == 32
    assert list(run.sheets.order_by("pk").values_list("check_value", flat=True)) == sorted(
        run.sheets.values_list("check_value", flat=True)
    ), "rows tell nothing of the stack's order"


def test_a_wrong_quantity_is_told_at_the_form(organiser, vote: Vote):
    page = reverse("paper:order_sheets", args=[vote.session.ref])
    for quantity in ("-1", "10001", "many", "0"):
        answer = organiser.post(page, {"box": vote.box.pk, "quantity": quantity, "tests": 0})
        assert answer.status_code == 400
        assert 'id="errors"' in answer.content.decode()
    assert not PrintRun.objects.exists()


def test_passes_and_letters_are_made_and_bound(organiser, vote: Vote, commit):
    LetterBinding.objects.all().delete()
    Pass.objects.filter(batch__kind="letters").delete()
    with commit():
        organiser.post(reverse("paper:order_passes", args=[vote.session.ref]), {"passes": 25})
        organiser.post(reverse("paper:order_letters", args=[vote.session.ref, vote.box.ref]))
    stack, letters = SlipRun.objects.order_by("pk")
    assert (stack.status, stack.passes.passes.count()) == ("ready", 25)
    assert (letters.status, letters.passes.passes.count()) == ("ready", len(vote.entries))
    assert {binding.entry_id for binding in LetterBinding.objects.all()} == {entry.pk for entry in vote.entries}
    for run in (stack, letters):
        answer = organiser.get(reverse("paper:slips_file", args=[run.pk]))
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    again = organiser.post(reverse("paper:order_letters", args=[vote.session.ref, vote.box.ref]))
    assert again.status_code == 409, "everybody has a letter"


def test_files_sent_together_are_read_and_a_bad_one_stops_no_other_x1(organiser, desk_paper: Paper, commit):
    sheets = desk_paper.sheets(desk_paper.print(2))
    good = [desk_paper.scan([desk_paper.mark(sheet, "bancs")]) for sheet in sheets]
    files = [
        SimpleUploadedFile("a.pdf", good[0]),
        SimpleUploadedFile("<img src=x onerror=alert(1)>.zip", b"PK\x03\x04" + bytes(50)),
        SimpleUploadedFile("b.pdf", good[1]),
    ]
    page = reverse("paper:scans", args=[desk_paper.vote.session.ref])
    with commit():
        answer = organiser.post(page, {"files": files}, follow=True)
    assert [batch.status for batch in ScanBatch.objects.all()] == ["read", "read"]
    assert Record.objects.filter(type="ballot.sealed").count() == 2
    assert "<img src=x" not in answer.content.decode()
    assert "&lt;img src=x" in answer.content.decode()


def test_nothing_chosen_is_told(organiser, vote: Vote):
    assert organiser.post(reverse("paper:scans", args=[vote.session.ref])).status_code == 400


def test_an_interrupted_batch_is_read_on(organiser, desk_paper: Paper, commit):
    data = desk_paper.scan([desk_paper.mark(desk_paper.sheets(desk_paper.print(1))[0], "bancs")])
    batch = desk_paper.upload(data)
    ScanBatch.objects.filter(pk=batch.pk).update(status="reading")
    with commit():
        organiser.post(reverse("paper:read_on", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.status, batch.done_count, Reading.objects.count()) == ("read", 1, 1)


def test_every_look_at_an_image_is_remembered(organiser, vote: Vote, doubtful: Reading):
    answer = organiser.get(reverse("paper:image", args=[doubtful.pk]))
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert "no-store" in answer["Cache-Control"]
    view = ImageView.objects.get()
    assert (view.reading, view.viewer.email) == (doubtful, "organiser@example.org")


def test_unused_sheets_are_counted_and_too_many_refused(organiser, desk_paper: Paper):
    run = desk_paper.print(3)
    page = reverse("paper:unused", args=[run.pk])
    organiser.post(page, {"unused": 2})
    run.refresh_from_db()
    assert run.unused_count == 2
    organiser.post(page, {"unused": 4})
    run.refresh_from_db()
    assert run.unused_count == 2


def test_the_list_of_files_takes_the_same_queries_whatever_their_number(
    organiser, desk_paper: Paper, django_assert_max_num_queries
):
    sheets = desk_paper.sheets(desk_paper.print(3))
    for sheet in sheets:
        desk_paper.read(desk_paper.mark(sheet, "bancs"))
    with django_assert_max_num_queries(8):
        organiser.get(reverse("paper:scan_rows", args=[desk_paper.vote.session.ref]))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_open_in_both_languages(organiser, vote: Vote, doubtful: Reading, language):
    organiser.cookies["django_language"] = language
    for pages in addresses(vote, doubtful).values():
        for page in pages:
            assert organiser.get(page).status_code == 200


def test_paper_shows_no_figure_while_people_count(organiser, desk_paper: Paper):
    """Between the closing and the count by hand: blind, on every page that knows how many sheets were read."""
    (blank,) = desk_paper.sheets(desk_paper.print(1))
    desk_paper.upload(desk_paper.scan([desk_paper.mark(blank, "bancs")]))
    session = desk_paper.vote.session
    batch = ScanBatch.objects.get()
    pages = [reverse("paper:print_runs", args=[session.ref]), reverse("paper:scans", args=[session.ref])]
    pages += [reverse("paper:batch", args=[batch.pk]), reverse("office_meetings:session_live", args=[session.ref])]

    def figures() -> list[bool]:
        shown = [organiser.get(page, headers={"accept-language": "en"}).content.decode() for page in pages]
        signs = ('class="tab stack accounts"', 'data-l="By machine">1<', "Page 1<", "1 of 1")
        return [sign in page for sign, page in zip(signs, shown, strict=True)]

    assert figures() == [True] * 4
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)
    assert figures() == [False] * 4
    counts = {one.name: 0 for one in hand_counts_asked(session)}
    Session.objects.filter(pk=session.pk).update(hand_counts=counts)
    assert figures() == [False] * 4  # nobody stands behind them yet
    Session.objects.filter(pk=session.pk).update(counted_by=[session.pk])
    assert figures() == [True] * 4


def test_the_side_column_learns_that_letters_are_made(organiser, vote: Vote, commit):
    LetterBinding.objects.all().delete()
    Pass.objects.filter(batch__kind="letters").delete()
    address = reverse("paper:progress", args=[vote.session.ref])
    assert "Make the letters" in organiser.get(address, headers={"accept-language": "en"}).content.decode()
    with commit():
        organiser.post(reverse("paper:order_letters", args=[vote.session.ref, vote.box.ref]))
    page = organiser.get(address, headers={"accept-language": "en"}).content.decode()
    assert 'hx-swap-oob="true"' in page and "Everybody on the roll has a letter." in page
