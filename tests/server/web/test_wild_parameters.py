"""Wild things at every address and in every form of the whole site, public and office (X5, X13, X21, X22).

Nothing here knows a page by name: addresses come from the urls modules and forms from the pages, so that a new page is
tried as soon as it exists. Each try is taken back.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from server.accounts.models import User
from server.ledger.models import Record
from server.meetings.models import Meeting
from server.web.models import SiteFacts
from tests.server.discussion.conftest import make_talk
from tests.server.office.conftest import login

from .wild import Address, Form, addresses, forms_of, true_path

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SCRIPT = "<script>alert(1)</script>"
UNSEEN, ESCAPED = "\u202e", "\\u202e"
# Several words of one kind take turns in the fields of a form.
WORDS = {
    "script": [f"\"'>{SCRIPT}{{{{7*7}}}}", f"🗳️👩🏽‍🚒' OR 1=1; -- \\ %_ ${{x}} ../../etc/passwd {SCRIPT}"],
    "hidden": ["\u202egnihtemos\u2066\u200b", "a\x01\x1b[31m\x7f\x85b"],
    "nul": ["a\0b"],
    "number": ["-" + "9" * 40, "1e999", "9" * 400],
    "nothing": [""],
    "a million letters": ["x" * 1_000_000],
}
PLACES = ["0", "-1", "9" * 40, "\0", "%00", "🙂\u202e", SCRIPT, "..", "a" * 3000, "ffffffffffffffff"]
WILD_A_PLACE = 2  # of them, in turn: all of them at every place would be three thousand pages that say "not found"
PARAMETERS = [
    "q", "page", "sort", "id", "d", "s", "next", "done", "state", "category", "cost", "role", "part", "session", "box",
    "deed", "who", "from", "to", "language", "entry", "text", "kind", "o", "only",
    "order", "reply", "parent",
]  # fmt: skip
# What a try may leave behind although it was refused: the count of tries, and who is logged in.
COUNTED = {"Session", "WrongCodes"}
# Deeds of machines and of the tests' own session.
NOT_TRIED = re.compile(r"^/(accounts/logout|i18n/)")


@pytest.fixture
def everything(standing_town, standing_past_vote, settings) -> dict[str, list[str]]:
    """What may stand at the places of addresses. Some of it leads somewhere at each of them."""
    settings.ACCOUNT_RATE_LIMITS = False
    town, past_vote = standing_town, standing_past_vote
    SiteFacts.objects.create(pk=1, email="mairie@villeneuve.example")
    cache.clear()
    vote, past = town.running, past_vote
    pks: list[int] = []
    for model in (
        "processes.Phase",
        "budgets.Project",
        "voting.Roll",
        "meetings.Meeting",
        "paper.PrintRun",
        "office.Act",
    ):
        pks += apps.get_model(model).objects.values_list("pk", flat=True)[:1]
    pks += [Meeting.objects.get(space=vote.space, sessions=vote.sessions[0]).pk, vote.box.roll_id]
    pks += [vote.space.phases.first().pk, vote.box.component.budget.projects.first().pk, vote.space.roles.first().pk]
    refs = [vote.box.ref, vote.sessions[0].ref, past.box.ref, past.sessions[0].ref]
    talk = make_talk()
    pks.append(talk.debate.component_id)
    return {
        "slug": [vote.space.slug, past.space.slug, talk.space.slug],
        "kind": ["poster", "debate", "comment"],
        "ref": [*refs, talk.debate.ref, talk.says("Un banc.").ref],
        "box_ref": refs,
        "entry": [str(vote.entries[0].pk)],
        "pk": [str(pk) for pk in dict.fromkeys(pks)],
        "language": ["fr"],
        "moment": ["opening"],
        "identifier": [Record.objects.earliest("pk").id],
        "name": ["verify.py", "legal", "projects.csv", "index.html"],
        "step": ["close"],
    }


@pytest.fixture
def staff(db) -> Client:
    """Reaches every page there is."""
    return quiet(login(User.objects.create_superuser("root@example.org")))


@pytest.fixture
def stranger() -> Client:
    return quiet(Client(headers={"accept-language": "en"}))


def quiet(client: Client) -> Client:
    """An error of ours is an answer here, so that one run tells of all of them."""
    client.raise_request_exception = False
    return client


def rows() -> dict[str, int]:
    """How many rows each table has, in one query."""
    models = [model for model in apps.get_models() if model.__name__ not in COUNTED]
    parts = [f"SELECT '{model.__name__}', COUNT(*) FROM {model._meta.db_table}" for model in models]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def complaint(answer, what: str) -> str:
    """What is wrong with an answer, or nothing."""
    if answer.status_code == 500:
        return f"{what}: {answer.status_code}"
    if not answer.streaming and "html" in answer.get("Content-Type", "") and SCRIPT.encode() in answer.content:
        return f"{what}: a script in the page"
    return ""


FOUND: dict[str, dict[str, Address]] = {}


def pages(client: Client, known: dict[str, list[str]]) -> dict[str, Address]:
    """Every address that leads somewhere, by its path. Asked once: the town stands for all tests of this file."""
    if known["ref"][0] not in FOUND:
        found = {true_path(client, one, known): one for one in addresses()}
        FOUND[known["ref"][0]] = {path: one for path, one in found.items() if path and not NOT_TRIED.match(path)}
    return FOUND[known["ref"][0]]


def test_the_walk_finds_the_whole_site(staff, everything):
    found = pages(staff, everything)
    lost = {one.name for one in addresses()} - {one.name for one in found.values()}
    assert len(found) > 110, sorted(lost)
    for name in (
        "web:search",
        "budgets:projects",
        "results:check",
        "meetings:space_calendar",
        "office:space",
        "desk:home",
    ):
        assert name not in lost, sorted(lost)


def reader_of(path: str, staff: Client, stranger: Client) -> Client:
    """Strangers are sent away from the office before anything of theirs is read."""
    return staff if path.startswith(("/office/", "/desk/", "/accounts/", "/me/")) else stranger


def test_wild_words_in_addresses_lead_nowhere(staff, stranger, everything):
    """X13, X21: numbers beyond every column, signs of paths and pages, in each place of each address."""
    wrong, turns = [], itertools.cycle(PLACES)
    for one in addresses():
        known = [everything.get(place, ["1"])[0] for place in one.places]
        for place, _turn in itertools.product(range(len(known)), range(WILD_A_PLACE)):
            wild = next(turns)
            path = one.filled(tuple(wild if number == place else word for number, word in enumerate(known)))
            wrong.append(complaint(reader_of(path, staff, stranger).get(path), f"GET {path[:120]}"))
    assert not [told for told in wrong if told]


def test_wild_questions_are_answered(staff, stranger, everything):
    """X13, X21: every parameter that some page reads, on every page, once, often, as arrays, as broken bytes.

    Two of the eight kinds on each page, in turn: what reads a parameter is the same function on many pages.
    """
    kinds = [urlencode(dict.fromkeys(PARAMETERS, words[0])) for kind, words in WORDS.items() if "million" not in kind]
    arrays = [(f"{name}{end}", "1") for name in PARAMETERS for end in ("", "", "[]", "__user__password__startswith")]
    kinds += [urlencode(arrays), "&".join(f"{name}=%ff%fe%u0041%" for name in PARAMETERS), "&=&;%00=1&" * 300]
    wrong, turns = [], itertools.cycle(kinds)
    for path in pages(staff, everything):
        for query in itertools.islice(turns, 2):
            with taken_back(), CaptureQueriesContext(connection) as asked:
                answer = reader_of(path, staff, stranger).get(path, QUERY_STRING=query)
            wrong.append(complaint(answer, f"GET {path}?{query[:60]}"))
            assert not any(re.search(r'password"? LIKE', query["sql"] or "") for query in asked), path
    assert not [told for told in wrong if told]


def all_forms(client: Client, paths: list[str]) -> list[tuple[str, Form]]:
    """Every different form of the pages, with the page on which it stands."""
    found: dict[tuple[str, ...], tuple[str, Form]] = {}
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and "html" in answer.get("Content-Type", "") and not answer.streaming:
            for form in forms_of(path, answer.content.decode()):
                kind = re.sub(r"\d+|[0-9a-f]{16,}", "…", form.action.partition("?")[0])
                if not NOT_TRIED.match(form.action):
                    found.setdefault((kind, *sorted(form.values)), (path, form))
    return list(found.values())


def send(client: Client, form: Form, words: list[str]):
    turns = itertools.cycle(words)
    given = {**form.values, **{name: next(turns) for name in form.typed}}
    given |= {
        name: SimpleUploadedFile(f"{words[0][:40]}.csv", words[0].encode("utf-8", "replace")) for name in form.files
    }
    action = form.action.partition("#")[0]
    return client.get(action, given) if form.method == "get" else client.post(action, given)


def columns() -> str:
    """One question to all columns of text of all tables: which of them hold a given sign?"""
    parts = [
        f"SELECT '{model._meta.db_table}.{field.column}' FROM {model._meta.db_table} "  # noqa: S608
        f"WHERE CAST({field.column} AS TEXT) LIKE %s"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, CharField | TextField | JSONField)
    ]
    return " UNION ALL ".join(parts)


def holding(question: str, sign: str) -> list[str]:
    found: set[str] = set()
    for part in batched(question.split(" UNION ALL "), 200):
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(part), [f"%{sign}%"] * len(part))
            found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def batched(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def test_one_wild_line_in_a_form_that_is_otherwise_well_filled(staff, stranger, everything):
    """X5, X22: what nobody can see is kept nowhere, whatever field it comes by; a script is text wherever one lands.

    One field at a time: beside a number or a day that is refused, no other field would be reached.
    """
    question = columns()
    assert not holding(question, UNSEEN) and not holding(question, ESCAPED)
    paths = list(pages(staff, everything))
    forms = [(stranger, one) for one in all_forms(stranger, [path for path in paths if "/contact/" in path])]
    forms += [(staff, one) for one in all_forms(staff, paths)]
    wrong, tried, done = [], 0, 0
    for who, (page, form) in forms:
        if form.method == "get":
            continue
        for name, words in itertools.product(form.lines, (f"Lavoir {UNSEEN}rab", f"Lavoir {SCRIPT}")):
            with taken_back():
                tried += 1
                answer = who.post(form.action.partition("#")[0], {**form.filled(), name: words}, follow=True)
                what = f"{name} of {form.action} from {page}"
                wrong.append(complaint(answer, what))
                if SCRIPT in words:
                    wrong.append(complaint(who.get(page), f"{what}, then the page"))
                    done += bool(answer.redirect_chain)
                    continue
                kept = holding(question, UNSEEN) + holding(question, ESCAPED)
                if kept:
                    wrong.append(f"{what}: kept in {', '.join(kept)}")
    assert not [told for told in wrong if told]
    assert tried > 150 and done > 25, f"{tried} lines tried, {done} of them taken: the walk no longer reaches the forms"


def test_wild_words_in_forms_are_refused_or_kept_whole(staff, stranger, everything):
    """X5, X22: no page breaks, nothing becomes markup, and what is refused has written nothing."""
    paths = list(pages(staff, everything))
    public = [path for path in paths if reader_of(path, staff, stranger) is stranger or "/accounts/" in path]
    tries = [(stranger, one) for one in all_forms(stranger, public)] + [(staff, one) for one in all_forms(staff, paths)]
    assert len(tries) > 40
    wrong = []
    for (who, (page, form)), (kind, words) in itertools.product(tries, WORDS.items()):
        if form.method == "get" or not (form.typed or form.files or kind == "nothing"):
            continue  # questions are the matter of another test
        with taken_back():
            before = rows()
            answer = send(who, form, words)
            what = f"{form.method} {form.action} from {page}, {kind}"
            wrong.append(complaint(answer, what))
            if answer.status_code >= 400 and rows() != before:
                wrong.append(f"{what}: refused with {answer.status_code}, and yet something is written")
            elif answer.status_code == 302 and kind == "script":
                wrong.append(complaint(who.get(page), f"{what}, then the page"))
    assert not [told for told in wrong if told]
