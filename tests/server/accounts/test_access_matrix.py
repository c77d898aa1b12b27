"""The access matrix (X8, X15): every address of the installation, knocked at by everyone.

An address that no line of the table names fails the first test, so that a new page is classified on the day it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client

from server.accounts.models import User
from server.processes.models import Space, SpaceRole
from tests.server.everywhere import just_logged_in
from tests.server.rooms import Rooms, fill_rooms
from tests.server.web.wild import addresses

pytestmark = pytest.mark.long
ROLES = (
    "nobody", "resident", "organiser elsewhere", "desk", "scanner", "observer", "moderator", "organiser",
    "administrator",
)  # fmt: skip
ANYONE = frozenset(ROLES)
ACCOUNTS = ANYONE - {"nobody"}
ORGANISERS = frozenset({"organiser", "administrator"})
# Pages of one's own log-in: each shows what belongs to the browser that asks, whoever that is.
OWN = frozenset({"own"})
# What belongs to one account alone, here the resident's.
MINE = frozenset({"resident"})
MACHINES = frozenset({"machine"})
# Of the paper, what whoever reads scans may do; the rest prints codes that open ballots.
READS = "photos|photo_outcomes|scans|scan_rows|batch|read_on|review|next_image|reading|take|hold|skip|decide|image"
READS += "|keying|key_sheet|sampled?"
TABLE: list[tuple[str, frozenset[str]]] = [
    (r"web:\w+|operations:(healthz|readyz|metrics)|:(serviceworker|manifest|offline|set_language)", ANYONE),
    (r":kiosk\w*|log:(checkpoint|consistency|epochs)|witnesses:statements", ANYONE),
    (r"receipts:\w+|processes:(space|group|shared)|budgets:projects?|meetings:\w+|results:\w+", ANYONE),
    (r"discussion:(debates?|comment)|moderation:report", ANYONE),
    # Its own author is asked for: here the resident wrote it.
    (r"discussion:(edit|withdraw)", MINE),
    (r"discussion:(write|useful)", ACCOUNTS),
    (r"notices:(notices|read|following|follow|wishes)", ACCOUNTS),
    (r"notices:open", MINE),
    # Whoever holds the letter; the link itself is signed.
    (r"notices:stop", ANYONE),
    (r"proposals:(proposals?|versions|export|plan)|plans:picture|enclosures:(file|small)", ANYONE),
    (r"proposals:(amendment|export_amendments|text|text_changes|text_print)", ANYONE),
    # Whoever has the link of a draft may sign it.
    (r"proposals:(new|endorse|sign|amend)", ACCOUNTS),
    # What one wrote is one's own: everybody else is told that it is not there, or not theirs.
    (r"proposals:(draft|draft_edit|edit|withdraw|authors|files|decide|forward)", MINE),
    (r"office_proposals:\w+", ORGANISERS),
    (r"cards:(runs|run_rows|file|draw)", ORGANISERS),
    (r"cards:(scans|scan_rows|queue|next|batch|read_on|card|take|hold|skip|image)", ORGANISERS | {"scanner"}),
    (r"catalogue:\w+", ANYONE),
    # A vote asks for a code, a right or the roll; the pages themselves are for everyone.
    (r"voting:(box|enter|ballot|claim|numbers)|invitations:answer", ANYONE),
    (r":mfa_(edit|remove)_webauthn", MINE),
    (r":(account_\w+|mfa_(?!edit|remove)\w+|socialaccount_\w+|openid_connect_\w+|usersessions_list|None)", OWN),
    (r"sync:\w+", MACHINES),
    (r"accounts:(account|download|erase)|voting:(my_votes|match_code)|office:home", ACCOUNTS),
    # The list is the same for all spaces: whoever organises one sees what its witnesses say.
    (
        r"office:(new|import)_space|office:groups?|office_witnesses:witnesses|office_devices:recovery",
        ORGANISERS | {"organiser elsewhere"},
    ),
    (
        r"office_(site|plans):\w+|office:(people|dismiss)|acts:(log|file)|office_witnesses:(?!witnesses)\w+|office_devices:recovery_end",
        frozenset({"administrator"}),
    ),
    # What a moderator did, moderators undo: here the deed is one of theirs.
    (r"acts:undo", ORGANISERS | {"moderator"}),
    (r"acts:(job|job_part|go_on|approval|space_log|space_file)", ORGANISERS),
    (r"office:(?!home|new_space|import_space|groups?$|people|dismiss)\w+", ORGANISERS),
    (r"office_voting:(observed|roll_list)", ORGANISERS | {"observer"}),
    (r"office_(budgets|meetings|closing|discussion|enclosures):\w+|office_devices:(?!recovery)\w+", ORGANISERS),
    (r"office_moderation:\w+", ORGANISERS | {"moderator"}),
    (r"office_voting:(?!observed|roll_list$)\w+", ORGANISERS),
    (rf"paper:({READS})", ORGANISERS | {"scanner"}),
    (rf"paper:(?!({READS})$)\w+", ORGANISERS),
    (r"desk(_ideas)?:\w+", ORGANISERS | {"desk"}),
]


def may(name: str) -> frozenset[str]:
    """Who may open this address. Exactly one line of the table must speak of it."""
    found = [who for pattern, who in TABLE if re.fullmatch(pattern, name)]
    assert len(found) == 1, f"{name}: {len(found)} lines of the table speak of it"
    return found[0]


@pytest.fixture
def rooms(town, past_vote, settings) -> Rooms:
    """Each address leads somewhere: to a row that is there."""
    settings.ACCOUNT_RATE_LIMITS = False
    return fill_rooms()


@pytest.fixture
def visitors(rooms) -> dict[str, Client]:
    elsewhere = User.objects.create_user("elsewhere@example.org")
    observer = User.objects.create_user("observer@example.org")
    moderator = User.objects.create_user("moderator@example.org")
    User.objects.create_superuser("root@example.org")
    for space in Space.objects.all():
        SpaceRole.objects.create(space=space, user=observer, role=SpaceRole.Role.OBSERVER)
        SpaceRole.objects.create(space=space, user=moderator, role=SpaceRole.Role.MODERATOR)
    space = Space.objects.create(slug="elsewhere", title={"fr": "Ailleurs"}, summary={}, description={})
    SpaceRole.objects.create(space=space, user=elsewhere, role=SpaceRole.Role.ORGANISER)
    emails = {role: f"{role}@villeneuve.example" for role in ("desk", "scanner", "organiser")}
    emails |= {"nobody": "", "resident": "karim@villeneuve.example", "organiser elsewhere": elsewhere.email}
    emails |= {"observer": observer.email, "moderator": moderator.email, "administrator": "root@example.org"}
    return {role: just_logged_in(emails[role]) for role in ROLES}


def turned_away(client: Client, role: str, path: str, method: str) -> str:
    """What is wrong with how somebody was turned away; nothing when it is well."""
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    led_to_log_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    if answer.status_code in (404, 405) or (role == "nobody" and led_to_log_in):
        return ""
    return f"{role} {method} {path}: {answer.status_code} {answer.get('Location', '')}"


def test_every_address_is_in_the_table_once():
    unnamed = []
    for one in addresses():
        try:
            may(one.name)
        except AssertionError as error:
            unnamed.append(str(error))
    assert not unnamed


def refused_all(visitors: dict[str, Client], path: str, who: frozenset[str]) -> Iterator[str]:
    for role in [role for role in ROLES if role not in who]:
        yield from filter(None, (turned_away(visitors[role], role, path, how) for how in ("get", "post")))


def let_in(visitors: dict[str, Client], path: str, who: frozenset[str]) -> Iterator[str]:
    for role in [role for role in ROLES if role in who]:
        with transaction.atomic():
            answer = visitors[role].get(path)
            transaction.set_rollback(True)
        if answer.status_code in (403, 404, 500) or answer.get("Location", "").startswith("/accounts/login/"):
            yield f"{role} {path}: {answer.status_code}"


def answered_machines(visitors: dict[str, Client], path: str) -> Iterator[str]:
    """No log-in opens an address of machines, and none of them answers with more than a refusal."""
    for role, client in visitors.items():
        for answer in (client.get(path), client.post(path, b"{}", content_type="application/json")):
            if not 400 <= answer.status_code < 500:
                yield f"{role} {path}: {answer.status_code}"


def told_of_others(visitors: dict[str, Client], path: str) -> Iterator[str]:
    """A page of one's own log-in names nobody else, and breaks for nobody."""
    emails = {
        role: User.objects.get(pk=client.session["_auth_user_id"]).email
        for role, client in visitors.items()
        if role != "nobody"
    }
    for role, client in visitors.items():
        with transaction.atomic():
            answer = client.get(path)
            transaction.set_rollback(True)
        text = "" if answer.streaming else answer.content.decode()
        others = [email for one, email in emails.items() if one != role and email in text]
        if others or answer.status_code >= 500:
            yield f"{role} {path}: {answer.status_code} {others}"


def test_x8_x15_every_address_opens_to_whom_the_table_says_and_to_nobody_else(visitors, rooms):
    """One walk over all of them. Whoever may open an address finds something there: ``rooms`` has a row for each."""
    wrong: list[str] = []
    for one in addresses():
        who, path = may(one.name), rooms.path(one)
        if who is MACHINES:
            wrong += answered_machines(visitors, path)
        elif who is OWN:
            wrong += told_of_others(visitors, path)
        else:
            # Who opens the door is asked; what stands behind it is drawn by the walks over every page.
            with mock.patch.object(Template, "render", return_value=""):
                wrong += [*refused_all(visitors, path, who), *let_in(visitors, path, who)]
    assert not wrong
