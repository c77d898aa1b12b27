#!/usr/bin/env python3
"""The pages for volunteers, ready to print: one sheet of A4 for each part, pictures inside, in ``build/handouts``."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
LANGUAGES = {"en": "volunteers.md", "fr": "volunteers.fr.md"}
STYLE = """
@page { size: A4; margin: 14mm 16mm; }
body { font: 12pt/1.34 "Atkinson Hyperlegible Next", Verdana, sans-serif; margin: 0; color: #000; }
section { break-after: page; } section:last-child { break-after: auto; }
h2 { font: 700 26pt/1.1 Besley, Georgia, serif; margin: 0 0 4mm; border-bottom: 1mm solid #000; padding-bottom: 2mm; }
p, ol { margin: 0 0 3mm; } li { margin-bottom: 1.4mm; } ol { padding-inline-start: 7mm; }
img { display: block; max-height: 46mm; max-width: 100%; border: .3mm solid #000; margin: 2mm auto 0; }
"""


def handout(language: str) -> str:
    """One HTML file that needs nothing else. Raises FileNotFoundError for a picture that is not there."""
    text = (DOCS / LANGUAGES[language]).read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    sections = "".join(f"<section>{MarkdownIt().render('## ' + part)}</section>" for part in parts)
    whole = re.sub(r'src="(pictures/[\w.-]+)"', lambda found: f'src="{_inside(found[1])}"', sections)
    head = f'<meta charset="utf-8"><title>Parvis</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{whole}</body></html>'


def _inside(name: str) -> str:
    return "data:image/png;base64," + base64.b64encode((DOCS / name).read_bytes()).decode()


def main() -> int:
    target = ROOT / "build" / "handouts"
    target.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        path = target / f"volunteers.{language}.html"
        path.write_text(handout(language), encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
