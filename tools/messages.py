#!/usr/bin/env python3
"""Sentences and their translations: collect them (needs gettext), check that French is complete, compile.

Compiling needs nothing but this file, so that a fresh machine has its translations without gettext.
"""

from __future__ import annotations

import ast
import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "server" / "locale"
FRENCH = LOCALE / "fr" / "LC_MESSAGES" / "django.po"
LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?)?\s*"(.*)"$')


class Entry:
    """One message of a .po file: context, singular, plural, translations by plural form."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.is_fuzzy = False

    @property
    def key(self) -> str:
        identifier = self.parts.get("msgid", "")
        if "msgid_plural" in self.parts:
            identifier += "\0" + self.parts["msgid_plural"]
        return self.parts["msgctxt"] + "\4" + identifier if "msgctxt" in self.parts else identifier

    @property
    def translations(self) -> list[str]:
        return [text for name, text in sorted(self.parts.items()) if name.startswith("msgstr")]


def read_po(path: Path) -> list[Entry]:
    """Read the entries of a .po file; obsolete ones (``#~``) are passed over."""
    entries, entry, name = [], Entry(), ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#,"):
            entry.is_fuzzy = "fuzzy" in line
        if not line.strip():
            if "msgid" in entry.parts:
                entries.append(entry)
            entry, name = Entry(), ""
        elif (match := LINE.match(line)) and not line.startswith("#"):
            name = (match[1] or name).split(" ")[0]
            entry.parts[name] = entry.parts.get(name, "") + ast.literal_eval(f'"{match[3]}"')
    return entries


def compile_po(path: Path) -> None:
    """Write the .mo beside the .po: GNU format, little-endian, keys sorted, no hash table."""
    pairs = sorted(
        (e.key.encode(), "\0".join(e.translations).encode())
        for e in read_po(path)
        if all(e.translations) and not e.is_fuzzy
    )
    keys, values, key_table, value_table = b"", b"", [], []
    for key, value in pairs:
        key_table.append((len(key), len(keys)))
        value_table.append((len(value), len(values)))
        keys, values = keys + key + b"\0", values + value + b"\0"
    start = 28 + 16 * len(pairs)
    tables = [(length, start + offset) for length, offset in key_table]
    tables += [(length, start + len(keys) + offset) for length, offset in value_table]
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    content = head + b"".join(struct.pack("<2I", *pair) for pair in tables) + keys + values
    whole = path.with_suffix(f".{os.getpid()}")
    whole.write_bytes(content)
    whole.replace(path.with_suffix(".mo"))  # at once: others may be reading


def collect(locale_dir: Path) -> None:
    """Run Django's makemessages for French into ``locale_dir``; needs gettext."""
    environment = {**os.environ, "PARVIS_LOCALE": str(locale_dir)}
    # Without line numbers: a moved line is no change of a translation.
    command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "-l", "fr", "-v", "0"]
    command += ["--no-location", "--no-wrap"]
    # A folder named "locale" that it finds wins over the one it is told: checking would write into the real catalogue.
    # And what a site serves is looked through by each server that starts: no file may come and go there.
    folders = ("var", ".venv", "build", "tests", "kiosk", "benchmarks", "tools", "static")
    ignored = [*(f"{folder}/*" for folder in folders), "server/locale"]
    for pattern in ignored:
        command += ["--ignore", pattern]
    with Path(__file__).open() as one_at_a_time:  # it puts files of its own beside the templates
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    # Without its date, collecting twice changes nothing.
    catalogue = locale_dir / "fr" / "LC_MESSAGES" / "django.po"
    kept = [line for line in catalogue.read_text(encoding="utf-8").split("\n") if "POT-Creation-Date" not in line]
    catalogue.write_text("\n".join(kept), encoding="utf-8")


def problems() -> list[str]:
    """Sentences without French, and sentences of the code that the file does not know."""
    entries = read_po(FRENCH)
    found = [f"not translated: {e.parts['msgid']!r}" for e in entries if not all(e.translations)]
    found += [f"to be confirmed (fuzzy): {e.parts['msgid']!r}" for e in entries if e.is_fuzzy]
    if not shutil.which("msgfmt"):
        print("gettext is missing: sentences new in the code are not looked for", file=sys.stderr)
        return found
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "locale"
        shutil.copytree(LOCALE, copy)
        collect(copy)
        known = {e.key for e in entries}
        fresh = {e.key for e in read_po(copy / "fr" / "LC_MESSAGES" / "django.po")}
    return found + [f"not collected (make messages): {key!r}" for key in sorted(fresh - known)]


def main() -> int:
    deed = sys.argv[1] if len(sys.argv) > 1 else ""
    if deed == "collect":
        collect(LOCALE)
    elif deed == "compile":
        for path in LOCALE.glob("*/LC_MESSAGES/*.po"):
            compile_po(path)
    elif deed == "check":
        for problem in (found := problems()):
            print(problem)
        return 1 if found else 0
    else:
        print("tools/messages.py collect|compile|check")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
