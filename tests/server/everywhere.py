"""Every page there is: each address of the urls modules with who is shown it, for all that looks pages over.

Nothing here knows a page by name. A new address is looked at from its first day; where it leads nowhere in a town whose
every room holds something (``rooms``), a test asks for the row that it needs.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client

from server.accounts.models import User
from server.meetings.models import Session
from server.voting.models import Box
from tests.server.pages import weight
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
LINK = re.compile(r"<a\b[^>]*\shref=\"(/[^\"#]*)")
TAG = re.compile(r"<(\w+)(?:[^>]*?\sclass=\"([^\"]*)\")?")
# Words that no French page holds, and no English one. Texts in two languages stand in elements that say so.
FOREIGN = {
    "fr": re.compile(r"\b(the|and|are|your|this|with|from|which)\b", re.IGNORECASE),
    "en": re.compile(r"\b(votre|vous|pour|avec|dans|sont)\b", re.IGNORECASE),  # streets and names have other words
}
IN_ITS_OWN_LANGUAGE = re.compile(r"/style/(fr|ar)/")
# What the kiosk shows is looked at in its own tests.
ELSEWHERE = re.compile(r":kiosk\w*")


@dataclass(frozen=True)
class Page:
    """``name``: the address as the urls module calls it; ``who`` is shown it at ``path``; ``weight``: in bytes."""

    name: str
    path: str
    who: str
    weight: int


@dataclass
class Walk:
    """``without``: what each address without a page answers instead, as its best status; ``dead``: links to nothing,
    with who sees them; ``foreign``: lines in another language than the reader's; ``sessions``: log-ins."""

    pages: list[Page] = field(default_factory=list)
    without: dict[str, int] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)


def every_page(rooms: Rooms) -> Walk:
    """Each address once, and once more wherever a box, session or space in another state shows other elements."""
    walk = Walk()
    clients = {who: just_logged_in(email) for who, email in WHO.items()}
    walk.sessions = {who: client.cookies["sessionid"].value for who, client in clients.items() if client.cookies}
    elsewhere, links = _elsewhere(), Links()
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
        links.note(html, who)
        if not IN_ITS_OWN_LANGUAGE.fullmatch(path):
            walk.foreign += said_in_another_language(html, "fr", path)
            walk.foreign += said_in_another_language(_shown(clients[who], path, "en")[1], "en", path)
        walk.pages.append(Page(address.name, path, who, weight(html)))
        for other in _others(address, elsewhere):
            html = _shown(clients[who], other)[1]
            if more := elements(html) - seen:
                seen |= more
                walk.pages.append(Page(address.name, other, who, weight(html)))
    walk.dead = links.dead(clients, {kind_of(page.path) for page in walk.pages})
    return walk


class Links:
    """The links that were seen, one of each kind for each who saw it."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], str] = {}

    def note(self, html: str, who: str) -> None:
        for link in map(unescape, LINK.findall(html)):
            self.seen.setdefault((kind_of(link), who), link)

    def dead(self, clients: dict[str, Client], known: set[str]) -> list[str]:
        """Those that lead to nothing; kinds that are walked anyway are not followed again."""
        others = [(link, who) for (kind, who), link in self.seen.items() if kind not in known | {"/accounts/logout/"}]
        answers = [(link, who, _shown(clients[who], link)[0]) for link, who in others]
        return [f"{link} for {who}: {status}" for link, who, status in answers if status >= 400]


def kind_of(link: str) -> str:
    """Links that differ in numbers and references are one kind, and so are those that differ in what is asked."""
    return re.sub(r"/(\d+|[0-9a-f]{16,64})(?=/)", "/…", urlsplit(link).path)


class Words(HTMLParser):
    """The lines of a page that are said in the language of the page, and which that is."""

    SILENT = ("pre", "code", "bdi", "script", "style", "option", "textarea")
    EMPTY = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language, self.lines = "", []
        self.inside = [("", False)]  # of the elements that are open: which, and whether their words are left out
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        elif tag not in self.EMPTY:
            self.inside.append((tag, self.inside[-1][1] or tag in self.SILENT or "lang" in dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A part of a drawing: nothing is inside."""

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _left in self.inside) and self.inside.pop()[0] != tag:
            pass  # an element that may be left open, such as ``li``

    def handle_data(self, data: str) -> None:
        if not self.inside[-1][1]:
            self.lines += filter(None, map(str.strip, data.split("\n")))


def said_in_another_language(html: str, language: str, path: str) -> list[str]:
    page = Words(html)
    foreign = [f"{path} in {language}: {line[:120]}" for line in page.lines if FOREIGN[language].search(line)]
    return foreign if page.language == language else [f"{path} says that it is {page.language!r}", *foreign]


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


def _shown(client: Client, path: str, language: str = "fr") -> tuple[int, str]:
    """The status, and the page where the answer is a whole one: parts are looked at on the pages that hold them."""
    with transaction.atomic():
        answer = client.get(path, headers={"accept-language": language})
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
