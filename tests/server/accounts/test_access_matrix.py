"""The access matrix (X8, X15): every address of the installation, knocked at by everyone.

An address that no line of the table names fails the first test, so that a new page is classified on the day it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from server.accounts.models import User
from server.processes.models import Space, SpaceRole
from tests.server.office.conftest import login
from tests.server.web.test_wild_parameters import everything  # noqa: F401 - a fixture
from tests.server.web.wild import Address, addresses, true_path

ROLES = ("nobody", "resident", "organiser elsewhere", "desk", "scanner", "observer", "organiser", "administrator")
ANYONE = frozenset(ROLES)
ACCOUNTS = ANYONE - {"nobody"}
ORGANISERS = frozenset({"organiser", "administrator"})
# Pages of one's own log-in: each shows what belongs to the browser that asks, whoever that is.
OWN = frozenset({"own"})
MACHINES = frozenset({"machine"})
TABLE: list[tuple[str, frozenset[str]]] = [
    (r"web:\w+|operations:(healthz|readyz|metrics)|:(serviceworker|manifest|offline|set_language)", ANYONE),
    (r":kiosk\w*|log:(checkpoint|consistency)|witnesses:statements", ANYONE),
    (r"receipts:\w+|processes:space|budgets:projects?|meetings:\w+|results:\w+", ANYONE),
    # A vote asks for a code, a right or the roll; the pages themselves are for everyone.
    (r"voting:(box|enter|ballot|claim|numbers)|invitations:answer", ANYONE),
    (r":(account_\w+|mfa_\w+|socialaccount_\w+|openid_connect_\w+|usersessions_list|None)", OWN),
    (r"sync:\w+", MACHINES),
    (r"accounts:(account|download|erase)|voting:(my_votes|match_code)|office:home", ACCOUNTS),
    # The list is the same for all spaces: whoever organises one sees what its witnesses say.
    (r"office:new_space|office_witnesses:witnesses", ORGANISERS | {"organiser elsewhere"}),
    (
        r"office_site:\w+|office:(people|dismiss)|acts:(log|file)|office_witnesses:(?!witnesses)\w+",
        frozenset({"administrator"}),
    ),
    (r"acts:(undo|job|job_part|go_on|approval|space_log|space_file)", ORGANISERS),
    (r"office:(?!home|new_space|people|dismiss)\w+", ORGANISERS),
    (r"office_voting:(observed|roll_list)", ORGANISERS | {"observer"}),
    (r"office_(budgets|meetings|devices|closing):\w+|office_voting:(?!observed|roll_list$)\w+", ORGANISERS),
    (r"paper:(scans|scan_rows|batch|read_on|review|reading|decide|image)", ORGANISERS | {"scanner"}),
    (r"paper:(?!scans|scan_rows|batch|read_on|review|reading|decide|image)\w+", ORGANISERS),
    (r"desk:\w+", ORGANISERS | {"desk"}),
]


def may(name: str) -> frozenset[str]:
    """Who may open this address. Exactly one line of the table must speak of it."""
    found = [who for pattern, who in TABLE if re.fullmatch(pattern, name)]
    assert len(found) == 1, f"{name}: {len(found)} lines of the table speak of it"
    return found[0]


@pytest.fixture
def visitors(town, db) -> dict[str, Client]:
    elsewhere = User.objects.create_user("elsewhere@example.org")
    space = Space.objects.create(slug="elsewhere", title={"fr": "Ailleurs"}, summary={}, description={})
    SpaceRole.objects.create(space=space, user=elsewhere, role=SpaceRole.Role.ORGANISER)
    observer = User.objects.create_user("observer@example.org")
    for space in Space.objects.exclude(slug="elsewhere"):
        SpaceRole.objects.create(space=space, user=observer, role=SpaceRole.Role.OBSERVER)
    people = {
        "observer": observer,
        "resident": town.residents["karim"],
        "organiser elsewhere": elsewhere,
        **{role: town.staff[role] for role in ("desk", "scanner", "organiser")},
        "administrator": User.objects.create_superuser("root@example.org"),
    }
    return {"nobody": Client(headers={"accept-language": "en"}), **{role: login(one) for role, one in people.items()}}


def _paths(client: Client, known: dict[str, list[str]]) -> Iterator[tuple[Address, str]]:
    for one in addresses():
        with transaction.atomic():
            path = true_path(client, one, known)
            transaction.set_rollback(True)
        yield one, path


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


def test_x8_x15_every_address_opens_to_whom_the_table_says_and_to_nobody_else(visitors, everything):  # noqa: F811
    """One walk: finding a path for each address takes longest."""
    wrong, seen = [], 0
    for one, path in _paths(visitors["administrator"], everything):
        who = may(one.name)
        some_path = path or one.filled(tuple("1" for _place in one.places))
        if who is MACHINES:
            wrong += answered_machines(visitors, some_path)
        elif who is not OWN:
            wrong += refused_all(visitors, some_path, who)
            wrong += let_in(visitors, path, who) if path else []
            seen += bool(path)
    assert not wrong and seen > 100
