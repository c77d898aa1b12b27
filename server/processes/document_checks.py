"""Read a document of a space that somebody brings: everything wrong is named with its place, and nothing is guessed.

Codes: ``empty``, ``too_big``, ``not_json``, ``too_deep``, ``not_a_space``, ``newer``, ``missing``, ``unknown_key``,
``wrong_kind``, ``wrong_value``, ``hidden``, ``too_long``, ``too_many``, ``twice``, ``unknown_component``,
``not_offered``, ``one_is_enough``, ``ends_before``, ``settings``. Keys that this version does not know are refused, but
for those of settings, which are passed over: a type may have asked for more once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NoReturn

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.forms import Form

from server.web.plain_text import refuse_hidden_characters

from .component_actions import plain
from .component_forms import as_typed
from .component_types import Activity, ComponentType, type_of
from .documents import (
    FORMAT,
    VERSION,
    ComponentPart,
    Moment,
    OpenPart,
    PhasePart,
    SpaceDocument,
    TaxonPart,
)
from .localized import Localized
from .models import Door, Involvement, Phase, Space, Taxon

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 12
MAX_FAULTS = 20
MAX_PHASES = MAX_COMPONENTS = 60
MAX_TAXONS = 600
MAX_LANGUAGES = 24
MAX_DAY = 3660
LEVELS = 3
LANGUAGE = re.compile(r"[a-z]{2,3}")
HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
SHORT, SUMMARY, LONG = 200, 600, 20_000


@dataclass(frozen=True)
class DocumentFault:
    """One thing wrong: ``place`` is a path like ``phases[2].begins``; ``detail`` quotes a little."""

    place: str
    code: str
    detail: str = ""


class BadDocument(ValueError):
    """``faults`` has at least one entry."""

    def __init__(self, *faults: DocumentFault) -> None:
        super().__init__("; ".join(f"{one.place}: {one.code} {one.detail}".strip() for one in faults[:5]))
        self.faults = faults


def read_document(content: bytes) -> SpaceDocument:
    """What a file says. Raises BadDocument."""
    return checked(_parsed(content))


def _parsed(content: bytes) -> Any:
    if not content.strip():
        raise BadDocument(DocumentFault("", "empty"))
    if len(content) > MAX_BYTES:
        raise BadDocument(DocumentFault("", "too_big"))
    if _depth(content) > MAX_DEPTH:
        raise BadDocument(DocumentFault("", "too_deep"))
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, BadDocument):
            raise
        raise BadDocument(DocumentFault("", "not_json")) from error


def _depth(content: bytes) -> int:
    """How far brackets go into each other, those in strings aside: told before anything is built of them."""
    depth = deepest = 0
    for byte in STRINGS.sub(b"", content):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise BadDocument(DocumentFault("", "twice", next(one for one in names if names.count(one) > 1)[:60]))
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def checked(document: Any, *, is_ours: bool = False) -> SpaceDocument:
    """The parts of a document. Raises BadDocument.

    is_ours: a blueprint or a space of this installation. Components of a kind that no room offers here are passed over,
    with what phases open in them, and settings are taken as they stand.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument(DocumentFault("format", "not_a_space"))
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise BadDocument(DocumentFault("version", "newer", str(version)[:20]))
    reader = _Reader(is_ours)
    found = reader.space(document)
    if reader.faults:
        raise BadDocument(*reader.faults[:MAX_FAULTS])
    return found


class _Reader:
    """Collects what is wrong, and goes on with something harmless in its place."""

    def __init__(self, is_ours: bool) -> None:
        self.is_ours = is_ours
        self.faults: list[DocumentFault] = []
        self.types: dict[str, ComponentType | None] = {}  # by the names of components

    def fault(self, place: str, code: str, detail: object = "") -> None:
        self.faults.append(DocumentFault(place, code, str(detail)[:60]))

    def space(self, found: Mapping[str, Any]) -> SpaceDocument:
        known = {"format", "version", "kind", "first_day", "title", "summary", "description", "about"}
        self.keys(found, "", known | {"components", "phases", "taxons"})
        components = [
            self.component(one, f"components[{at}]")
            for at, one in enumerate(self.rows(found, "components", "", MAX_COMPONENTS))
        ]
        return SpaceDocument(
            title=self.text(found, "title", "", SHORT, is_needed=True),
            kind=self.choice(found, "kind", "", Space.Kind.values, Space.Kind.PROCESS),
            summary=self.text(found, "summary", "", SUMMARY),
            description=self.text(found, "description", "", LONG),
            about=self.text(found, "about", "", SUMMARY),
            first_day=self.day(found),
            components=[one for one in components if one is not None],
            phases=[
                self.phase(one, f"phases[{at}]") for at, one in enumerate(self.rows(found, "phases", "", MAX_PHASES))
            ],
            taxons=self.taxons(found, "taxons", "", LEVELS, [0]),
        )

    def component(self, found: Mapping[str, Any], place: str) -> ComponentPart | None:
        self.keys(found, place, {"name", "kind", "title", "intro", "settings", "is_published", "beside"})
        name, kind = self.word(found, "name", place), self.word(found, "kind", place)
        type_ = type_of(kind)
        if name in self.types:
            self.fault(f"{place}.name", "twice", name)
        if type_ and type_.is_single and any(one is type_ for one in self.types.values()):
            self.fault(f"{place}.kind", "one_is_enough", kind)
        self.types[name] = type_
        if type_ is None:
            if not self.is_ours:
                self.fault(f"{place}.kind", "wrong_kind", kind)
            return None
        return ComponentPart(
            name=name,
            kind=kind,
            title=self.text(found, "title", place, SHORT, is_needed=True),
            intro=self.text(found, "intro", place, 2000),
            settings=self.settings(type_, found.get("settings", {}), f"{place}.settings"),
            is_published=self.choice(found, "is_published", place, [True, False], True),
            beside=self.typed(type_.beside_form, found.get("beside", {}), f"{place}.beside"),
        )

    def settings(self, type_: ComponentType, found: Any, place: str) -> dict[str, Any]:
        if self.is_ours and isinstance(found, dict):
            return found
        return plain(self.typed(type_.settings_form, found, place))

    def typed(self, asked: type[Form] | None, found: Any, place: str) -> dict[str, Any]:
        """What a form makes of this; nothing where nothing is said, or nobody asks for it."""
        if not isinstance(found, dict):
            self.fault(place, "wrong_value")
            return {}
        if asked is None or not found:
            return {}
        form = as_typed(asked, found)
        if form.is_valid():
            return form.cleaned_data
        for name, errors in form.errors.items():
            self.fault(f"{place}.{name}", "settings", " ".join(str(one) for one in errors))
        return {}

    def phase(self, found: Mapping[str, Any], place: str) -> PhasePart:
        texts = {"title", "promise"}
        self.keys(found, place, texts | {"begins", "ends", "activation", "involvement", "activities", "opens"})
        begins, ends = self.moment(found, "begins", place), self.moment(found, "ends", place)
        if (ends.day, ends.hour) <= (begins.day, begins.hour):
            self.fault(f"{place}.ends", "ends_before")
        opens = [
            self.opening(one, f"{place}.opens[{at}]")
            for at, one in enumerate(self.rows(found, "opens", place, 20 * MAX_COMPONENTS))
        ]
        named = [(one.component, one.activity) for one in opens if one]
        if len(set(named)) != len(named):
            self.fault(f"{place}.opens", "twice")
        return PhasePart(
            title=self.text(found, "title", place, SHORT, is_needed=True),
            begins=begins,
            ends=ends,
            promise=self.text(found, "promise", place, 2000),
            activation=self.choice(found, "activation", place, Phase.Activation.values, Phase.Activation.DATES),
            involvement=self.choice(found, "involvement", place, Involvement.values, Involvement.CODECISION),
            activities=self.several(found, "activities", place, Activity.values),
            opens=[one for one in opens if one is not None],
        )

    def opening(self, found: Mapping[str, Any], place: str) -> OpenPart | None:
        """None for what is passed over, and for what is wrong."""
        self.keys(found, place, {"component", "activity", "doors"})
        name, activity = self.word(found, "component", place), self.word(found, "activity", place)
        if name not in self.types:
            self.fault(f"{place}.component", "unknown_component", name)
            return None
        type_ = self.types[name]
        offered = type_.activities if type_ else {}
        if activity not in offered:
            if not self.is_ours and type_:
                self.fault(f"{place}.activity", "not_offered", activity)
            return None
        doors = self.several(found, "doors", place, Door.values)
        if not self.is_ours and (strange := [door for door in doors if door not in offered[activity]]):  # type: ignore[index]
            self.fault(f"{place}.doors", "not_offered", strange[0])
        return OpenPart(name, activity, doors)

    def taxons(self, found: Mapping[str, Any], name: str, place: str, levels: int, count: list[int]) -> list[TaxonPart]:
        """``count``: how many there are in the document so far."""
        parts: list[TaxonPart] = []
        for at, one in enumerate(self.rows(found, name, place, MAX_TAXONS)):
            here = f"{place}.{name}[{at}]".lstrip(".")
            count[0] += 1
            if count[0] == MAX_TAXONS + 1:
                self.fault(here, "too_many", MAX_TAXONS)
            if count[0] > MAX_TAXONS:
                return parts
            self.keys(one, here, {"kind", "title", "children"})
            if one.get("children") and levels == 1:
                self.fault(f"{here}.children", "too_deep")
            parts.append(
                TaxonPart(
                    title=self.text(one, "title", here, SHORT, is_needed=True),
                    kind=self.choice(one, "kind", here, Taxon.Kind.values, Taxon.Kind.CATEGORY),
                    children=self.taxons(one, "children", here, levels - 1, count) if levels > 1 else [],
                )
            )
        return parts

    def keys(self, found: Mapping[str, Any], place: str, known: set[str]) -> None:
        for name in sorted(set(found) - known):
            self.fault(place, "unknown_key", name)

    def rows(self, found: Mapping[str, Any], name: str, place: str, most: int) -> list[Mapping[str, Any]]:
        rows = found.get(name, [])
        here = f"{place}.{name}".lstrip(".")
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            self.fault(here, "wrong_value")
            return []
        if len(rows) > most:
            self.fault(here, "too_many", most)
        return rows[:most]

    def word(self, found: Mapping[str, Any], name: str, place: str) -> str:
        value = found.get(name)
        if not isinstance(value, str) or not value or len(value) > 40:
            self.fault(f"{place}.{name}", "missing" if value in (None, "") else "wrong_value", value or "")
            return ""
        return value

    def choice(self, found: Mapping[str, Any], name: str, place: str, options: Any, otherwise: Any) -> Any:
        value = found.get(name, otherwise)
        # True is 1 to Python, and a list is no key: compared with its type.
        if any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in options):
            return value
        self.fault(f"{place}.{name}".lstrip("."), "wrong_value", value)
        return otherwise

    def several(self, found: Mapping[str, Any], name: str, place: str, options: Any) -> list[str]:
        values = found.get(name, [])
        if not isinstance(values, list) or not all(isinstance(one, str) and one in options for one in values):
            self.fault(f"{place}.{name}", "wrong_value", values)
            return []
        return list(dict.fromkeys(values))

    def text(self, found: Mapping[str, Any], name: str, place: str, most: int, *, is_needed: bool = False) -> Localized:
        value, here = found.get(name, {}), f"{place}.{name}".lstrip(".")
        if not isinstance(value, dict) or len(value) > MAX_LANGUAGES:
            self.fault(here, "wrong_value")
            return Localized()
        for code, words in value.items():
            self.one_text(words, code, f"{here}.{code[:10]}", most)
        pages = dict(django_settings.LANGUAGES)
        kept = Localized({code: words.strip() for code, words in value.items() if isinstance(words, str)})
        if (is_needed or kept) and not any(kept.get(code) for code in pages):
            self.fault(here, "missing", ", ".join(pages))
        return Localized({code: words for code, words in kept.items() if words})

    def one_text(self, words: Any, code: str, place: str, most: int) -> None:
        if not isinstance(words, str) or not LANGUAGE.fullmatch(code):
            self.fault(place, "wrong_value")
        elif len(words) > most:
            self.fault(place, "too_long", most)
        else:
            try:
                refuse_hidden_characters(words)
            except ValidationError:
                self.fault(place, "hidden")

    def moment(self, found: Mapping[str, Any], name: str, place: str) -> Moment:
        value, here = found.get(name), f"{place}.{name}"
        day = value.get("day") if isinstance(value, dict) else None
        hour = HOUR.fullmatch(str(value.get("hour"))) if isinstance(value, dict) else None
        if not isinstance(day, int) or isinstance(day, bool) or not 0 <= day <= MAX_DAY or hour is None:
            self.fault(here, "missing" if value is None else "wrong_value", value or "")
            return Moment(0, time(0))
        return Moment(day, time(int(hour[1]), int(hour[2])))

    def day(self, found: Mapping[str, Any]) -> date | None:
        value = found.get("first_day")
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault("first_day", "wrong_value", value)
            return None
        if not 2000 <= day.year <= 2100:
            self.fault("first_day", "wrong_value", value)
            return None
        return day
