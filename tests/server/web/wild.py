"""Every address and every form of the site, found by themselves, for tests that try wild things on all of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.urls import URLPattern, get_resolver

PLACE = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")
# Machines' addresses answer machines; the browser's own files are no pages.
FREE = {"text", "search", "area", ""}
SOMETHING = {
    "email": "someone@villeneuve.example", "number": "1", "date": "2027-03-01", "datetime-local": "2027-03-01T10:00",
    "url": "https://villeneuve.example/", "hidden": "",
}  # fmt: skip
TYPED = {"text", "search", "email", "tel", "url", "password", "number", "date", "datetime-local", "hidden", ""}


@dataclass(frozen=True)
class Address:
    """``parts``: fixed text and, at odd places, the names of what is filled in; ``name`` as the urls module says."""

    name: str
    parts: tuple[str, ...]

    @property
    def places(self) -> tuple[str, ...]:
        return self.parts[1::2]

    def filled(self, words: tuple[str, ...]) -> str:
        """The path with ``words`` at its places, quoted as a browser would."""
        fixed = self.parts[::2]
        pieces = [fixed[0]] + [quote(word, safe="") + text for word, text in zip(words, fixed[1:], strict=True)]
        return "/" + "".join(pieces)


def addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, prefix: str, app: str) -> Iterator[Address]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _walk(pattern.url_patterns, here, pattern.app_name or app)
            continue
        pieces, last = [], 0
        plain = here.replace("^", "").replace("$", "").replace("\\.", ".").replace("\\-", "-").replace("\\Z", "")
        for match in PLACE.finditer(plain):
            pieces += [plain[last : match.start()], match[2] or match[3]]
            last = match.end()
        yield Address(f"{app}:{pattern.name}", (*pieces, plain[last:]))


def true_path(client: Client, address: Address, known: dict[str, list[str]]) -> str:
    """A path of this address that leads somewhere, tried from what is known of each place; "" if none does."""
    choices = [known.get(place, ["1"]) for place in address.places]
    for words in itertools.product(*choices):
        path = address.filled(words)
        status = client.get(path).status_code
        assert status != 500, path
        if status in (200, 302, 405):
            return path
    return ""


@dataclass
class Form:
    """A form as a browser would send it. ``typed``: the fields in which people write; ``kinds``: what they ask for."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The fields that take any text."""
        return [name for name in self.typed if self.kinds.get(name) in FREE]

    def filled(self) -> dict[str, str]:
        """The form as somebody would send it who means well: what stood empty holds something of its kind."""
        return {**self.values, **{name: self.values.get(name) or self._something(name) for name in self.typed}}

    def _something(self, name: str) -> str:
        return SOMETHING.get(self.kinds.get(name, ""), "12" if "cost" in name or "amount" in name else "Lavoir")


class _Forms(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.found, self.select, self.area = here, [], "", ""
        self.form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.form = Form(given.get("action") or self.here, given.get("method", "get").lower())
            self.found.append(self.form)
        elif self.form is None or not name and tag != "option":
            return
        elif tag == "textarea":
            self.form.typed.append(name)
            self.form.kinds[name] = "area"
            self.area = name
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.form.values:
                self.form.values[self.select] = given.get("value", "")
        elif tag == "button":
            self.form.values.setdefault(name, given.get("value", ""))
        elif tag == "input":
            self._input(self.form, name, given)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "")
        if kind == "file":
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            if "checked" in given or name not in form.values:
                form.values[name] = given.get("value", "on")
        elif kind in TYPED:
            form.values[name] = given.get("value", "")
            if name != "csrfmiddlewaretoken":
                form.typed.append(name)
                form.kinds[name] = kind

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.values[self.area] = self.form.values.get(self.area, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""


def forms_of(path: str, html: str) -> list[Form]:
    reader = _Forms(path)
    reader.feed(html)
    return reader.found
