"""Our style sheets as data: rules with their conditions, themes with their tokens, contrast of colours (WCAG 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CSS = Path(__file__).resolve().parents[3] / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
USE = re.compile(r"var\(--([\w-]+)")


@dataclass(frozen=True)
class Rule:
    """One rule: the sheet, the at-rules around it, its selector, its declarations (the last of each name)."""

    sheet: str
    around: tuple[str, ...]
    selector: str
    declared: dict[str, str]

    @property
    def is_printed(self) -> bool:
        return "@media print" in self.around

    @property
    def is_forced(self) -> bool:
        return "@media (forced-colors: active)" in self.around


def declarations(text: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in text.split(";") if ":" in part]
    return {name.strip(): value.strip() for name, _colon, value in pairs}


def rules(text: str, sheet: str = "", around: tuple[str, ...] = ()) -> Iterator[Rule]:
    """Every rule of a sheet, in its order. Quoted braces do not occur in ours."""
    text, at = COMMENT.sub("", text), 0
    while (opening := text.find("{", at)) >= 0:
        head = text[at:opening].rpartition(";")[2].strip()
        depth, closing = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[closing], 0)
            closing += 1
        body, at = text[opening + 1 : closing - 1], closing
        if "{" in body:
            yield from rules(body, sheet, (*around, head))
        else:
            yield Rule(sheet, around, head, declarations(body))


def all_rules() -> list[Rule]:
    return [rule for path in SHEETS for rule in rules(path.read_text(encoding="utf-8"), path.name)]


def root_rules() -> list[Rule]:
    """What the file of tokens says of the page as a whole."""
    return [rule for rule in all_rules() if rule.sheet == "tokens.css" and rule.selector.startswith(":root")]


def palette(*words: str) -> dict[str, str]:
    """The tokens of a page with these attributes: the plain root, then each theme that they name, in order."""
    tokens: dict[str, str] = {}
    for rule in root_rules():
        chosen = set(re.findall(r"\[(data-[\w-]+=\"\w+\")\]", rule.selector))
        if not any("@media" in one for one in rule.around) and chosen <= set(words):
            tokens |= {name[2:]: value for name, value in rule.declared.items() if name.startswith("--")}
    return tokens


THEMES = {
    "light": palette(),
    "dark": palette('data-theme="dark"'),
    "contrast": palette('data-contrast="more"'),
    "contrast-dark": palette('data-theme="dark"', 'data-contrast="more"'),
}


def colour(theme: dict[str, str], token: str) -> tuple[int, ...]:
    """Red, green and blue of a token, 0 to 255; one token may name another."""
    value = theme[token]
    if named := USE.fullmatch(value.removesuffix(")")):
        return colour(theme, named[1])
    digits = value.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""
    parts = [part / 255 for part in rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: dict[str, str], one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted(luminance(colour(theme, token)) for token in (one, other))
    return (light + 0.05) / (dark + 0.05)
