"""``docs/errors.md`` from the code: every refusal with its code, HTTP status and sentence.

``python -m tools.errors`` writes it; a test compares, so that the page stays true.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "errors.md"
HEAD = """# Errors

What Parvis refuses, and what it says then. Machines match the code, people read the sentence. Pages answer with the
sentence; addresses below `/api/` with `{"code", "message", "details"}`. Written by `python -m tools.errors`; a test
compares.

| code | status | sentence |
|---|---|---|
"""
READING = """
## Pages that cannot be read

`printouts/read/refusals.py` names why a page of a scan is refused; the office shows the reason beside the image.

| code | meaning |
|---|---|
"""
VERDICTS = """
## Verdicts on records

Records of devices are never refused; they get a verdict with a reason (`docs/protocol.md` §7): `fork`, `chain`, `gap`,
`newer`, `context`, `commitment`, `not_open`, `late`, `revoked`, `unknown_right`, `copied`, `malformed`, `test`,
`card_unknown`, `not_offered`, `subject_unknown`.

## The rehearsal

`parvis rehearse` ends with 2 and one of `file`, `bad_file`, `vote_type`, `rule`, `too_many_choices`, `no_cost`,
`no_budget`, `no_votes`, `contradiction`, `too_many_conflicts`, `keep`, `json`, `database_url`, `unprintable_title`,
`settings`, `database_unreachable`, `database_not_empty`, `database_refused` before anything is created.
"""


def _all(cls: type) -> Iterator[type]:
    for child in cls.__subclasses__():
        yield child
        yield from _all(child)


def refusals() -> dict[str, tuple[int, str]]:
    """Code → status and English sentence, of every refusal in the server. One code has one sentence."""
    import server

    for module in pkgutil.walk_packages(server.__path__, "server."):
        if ".migrations" not in module.name and not module.name.startswith("server.opendata.recount"):
            importlib.import_module(module.name)
    from django.utils import translation

    from server.web.refusals import Refusal

    with translation.override("en"):
        found = [(cls.code, (cls.status, str(cls.message))) for cls in _all(Refusal) if "code" in cls.__dict__]
    if twice := {code for code, count in Counter(code for code, _told in found).items() if count > 1}:
        raise ValueError(f"codes of more than one refusal: {', '.join(sorted(twice))}")
    return dict(found)


def page() -> str:
    rows = "".join(f"| `{code}` | {status} | {words} |\n" for code, (status, words) in sorted(refusals().items()))
    from printouts.read import refusals as reading

    pairs = re.findall(r"^([a-z_]+) {2,}(\S.*)$", reading.__doc__ or "", re.MULTILINE)
    pages = "".join(f"| `{code}` | {words} |\n" for code, words in pairs if code != "code")
    return HEAD + rows + READING + pages + VERDICTS


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
