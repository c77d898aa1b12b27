"""Every page there is: each address of the urls modules with who is shown it, for all that looks pages over.

Nothing here knows a page by name. A new address is looked at from its first day; where it leads nowhere in a town whose
every room holds something (``rooms``), a test asks for the row that it needs.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.test import Client

from server.accounts.models import User
from server.meetings.models import Session
from server.voting.models import Box
from tests.server.rooms import Rooms, fill_rooms
from tests.server.web.wild import Address, addresses

WHO = {
    "nobody": "",
    "desk": "desk@villeneuve.example",
    "organiser": "organiser@villeneuve.example",
    "resident": "karim@villeneuve.example",
    "newcomer": "new@villeneuve.example",
    "administrator": "root@villeneuve.example",
}
# Who goes to look, in this order: a page is seen by the first to whom it is shown.
GOES = {"office": ("organiser", "administrator", "desk"), "desk": ("desk",)}
OTHERS_GO = ("nobody", "organiser", "resident", "newcomer")
TAG = re.compile(r"<(\w+)(?:[^>]*?\sclass=\"([^\"]*)\")?")
# What the kiosk shows is looked at in its own tests.
ELSEWHERE = re.compile(r":kiosk\w*")


@dataclass(frozen=True)
class Page:
    """``name``: the address as the urls module calls it; ``who`` is shown it at ``path``."""

    name: str
    path: str
    who: str


@dataclass
class Walk:
    """``without``: what each address without a page answers instead, as its best status; ``sessions``: log-ins."""

    pages: list[Page] = field(default_factory=list)
    without: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


def every_page(rooms: Rooms) -> Walk:
    """Each address once, and once more wherever a box, session or space in another state shows other elements."""
    walk = Walk()
    clients = {who: just_logged_in(email) for who, email in WHO.items()}
    walk.sessions = {who: client.cookies["sessionid"].value for who, client in clients.items() if client.cookies}
    elsewhere = _elsewhere()
    for address in addresses():
        path = rooms.path(address)
        if ELSEWHERE.fullmatch(address.name):
            continue
        answers = []
        for who in GOES.get(path.split("/")[1], OTHERS_GO):
            status, html = _shown(clients[who], path)
            answers.append(status)
            if status in (200, 401):
                break
        if not html:
            walk.without[address.name] = _best(answers)
            continue
        seen = elements(html)
        walk.pages.append(Page(address.name, path, who))
        for other in _others(address, elsewhere):
            more = elements(_shown(clients[who], other)[1])
            if more - seen:
                seen |= more
                walk.pages.append(Page(address.name, other, who))
    return walk


def _best(answers: list[int]) -> int:
    """What an address answers to whoever may ask: a deed is sent, a page leads on, and only then is nothing there."""
    return next((one for one in (200, 405, 301, 302) if one in answers), answers[0])


def _elsewhere() -> list[dict[str, str]]:
    """The boxes and sessions of the whole town, each with its space."""
    boxes = Box.objects.values_list("ref", "component__space__slug")
    sessions = Session.objects.values_list("ref", "meeting__space__slug")
    return [{"ref": ref, "slug": slug} for ref, slug in [*boxes, *sessions]]


def _others(address: Address, elsewhere: list[dict[str, str]]) -> list[str]:
    if not address.places or not set(address.places) <= {"slug", "ref"}:
        return []
    return list(dict.fromkeys(address.filled(tuple(one[place] for place in address.places)) for one in elsewhere))


def elements(html: str) -> set[tuple[str, str]]:
    """What a page is made of: its tags with each of their classes."""
    return {(tag, name) for tag, names in TAG.findall(html) for name in (names or "-").split()}


def just_logged_in(email: str) -> Client:
    """Somebody who has just proved who they are; nobody, without an address."""
    client = Client(headers={"accept-language": "fr"}, SERVER_NAME="localhost")
    if email:
        client.force_login(User.objects.get(email=email))
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
    return client


def _shown(client: Client, path: str) -> tuple[int, str]:
    """The status, and the page where the answer is a whole one: parts are looked at on the pages that hold them."""
    with transaction.atomic():
        answer = client.get(path)
        transaction.set_rollback(True)
    is_page = answer.status_code in (200, 401) and not answer.streaming and "html" in answer.get("Content-Type", "")
    html = answer.content.decode() if is_page else ""
    if answer.get("Location", "").startswith("/accounts/login/"):
        return 404, ""
    return answer.status_code, html if html.lstrip().lower().startswith("<!doctype") else ""


def prepare() -> None:
    """In the process of a town that will be served: fill its rooms, and print where its pages are."""
    rooms = fill_rooms()
    User.objects.create_user(WHO["newcomer"])
    User.objects.create_superuser(WHO["administrator"])
    print(json.dumps(asdict(every_page(rooms))))  # noqa: T201
