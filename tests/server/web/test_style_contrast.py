"""The style sheets themselves: what is written on what can be read in every theme, and a page can be turned around."""

from __future__ import annotations

import re

import pytest

from .stylesheets import SHEETS, THEMES, USE, Rule, all_rules, contrast, root_rules

# What words, and what marks and edges, are drawn with; what they lie on. Any ink may lie on any paper.
INKS = {"ink", "ink-2", "link", "link-hover", "stamp", "garden"}
PAPERS = {"ground", "sheet", "leaf", "leaf-jonquille", "leaf-rose", "leaf-tilleul", "leaf-ciel", "wash"}
EDGES = {"line", "plate", "act", "act-hover", "cross", "rule", "stamp", "garden", "focus-out"}
# Words that have a ground of their own.
PAIRS = {
    ("stamp", "stamp-wash"),
    ("ink", "stamp-wash"),
    ("garden", "garden-wash"),
    ("ink", "garden-wash"),
    ("on-plate", "plate"),
    ("on-act", "act"),
    ("on-act", "act-hover"),
    ("on-lamp", "lamp"),
    ("on-slate", "slate"),
    ("link", "stamp-wash"),
    ("link", "garden-wash"),
}
# Hair lines only separate; the frieze is a picture that says nothing.
SILENT = {"hair", "fi", "f1", "f2", "f3", "lampf", "treef", "paperf", "leaff", "behind"}
PHYSICAL = re.compile(
    r"(margin|padding|border)-(left|right|top|bottom)(-\w+)?|left|right|top|bottom|width|height|(min|max)-(width|height)"
)


def token(value: str) -> str:
    """The token that a value consists of, or ""."""
    found = re.fullmatch(r"var\(--([\w-]+)\)", value)
    return found[1] if found else ""


def pairs_of(rule: Rule) -> tuple[str, str] | None:
    """Ink and paper, where a rule gives both."""
    ink = token(rule.declared.get("color", ""))
    paper = token(rule.declared.get("background", rule.declared.get("background-color", "")))
    return (ink, paper) if ink and paper else None


@pytest.mark.parametrize("name", THEMES)
def test_words_and_marks_stand_out_in_every_theme(name):
    """WCAG 2.2: 4.5 to 1 for words, 3 to 1 for what else must be seen."""
    theme = THEMES[name]
    words = {(ink, paper) for ink in INKS for paper in PAPERS} | PAIRS
    words |= {pair for rule in all_rules() if (pair := pairs_of(rule)) and not rule.is_printed}
    marks = {(edge, paper) for edge in EDGES for paper in ("ground", "sheet", "wash")} | {("leaf-edge", "leaf")}
    marks -= {("plate", "wash")}  # on a wash the brighter cross marks what is chosen
    needed = {**dict.fromkeys(marks, 3.0), **dict.fromkeys(words, 4.5)}
    weak = {pair: round(contrast(theme, *pair), 2) for pair, least in needed.items() if contrast(theme, *pair) < least}
    assert not weak


def test_every_colour_of_the_style_sheets_is_among_those_measured():
    """A colour that no test knows may be unreadable in the theme nobody looked at."""
    inks, papers = INKS | {ink for ink, _paper in PAIRS}, PAPERS | {paper for _ink, paper in PAIRS}
    drawn = inks | papers | EDGES | SILENT | {"leaf-edge"}
    for rule in all_rules():
        if rule.is_printed or rule.is_forced or rule.selector == ".foot .stones":
            continue  # the stones are a picture
        ink = token(rule.declared.get("color", ""))
        # On a ground of its own a word may have any ink: the pair is measured.
        assert not ink or ink in inks or pairs_of(rule), rule
        for name, value in rule.declared.items():
            if name.startswith("--") or not name.startswith(
                ("color", "background", "border", "fill", "stroke", "outline")
            ):
                continue
            unknown = set(USE.findall(value)) - drawn
            assert not {one for one in unknown if one in THEMES["light"] and THEMES["light"][one].startswith("#")}, rule


def test_no_colour_is_written_outside_the_tokens():
    """But on paper, in the picture of the square, around a scan, which is white whatever the theme, and over what a
    camera sees."""
    free = re.compile(r"\.a4|\.frieze|\.view|\.scan|\.scene|\.outline|\.near")
    found = [
        (rule.selector, value)
        for rule in all_rules()
        if rule.sheet != "tokens.css" and not rule.is_printed and not rule.is_forced and not free.search(rule.selector)
        for value in rule.declared.values()
        if re.search(r"#[0-9a-fA-F]{3,8}\b|\brgb|\bhsl", value)
    ]
    assert not found


def test_a_theme_is_the_same_by_the_device_and_by_choice():
    """Each palette stands where the device asks for it and where the reader chose it: the copies agree."""
    themes = [rule for rule in root_rules() if "color-scheme" in rule.declared and rule.selector != ":root"]
    palettes = {tuple(rule.declared.items()) for rule in themes}
    assert (len(themes), len(palettes)) == (8, 3)
    names = [{name for name, _value in one if not name.startswith("--w-")} for one in palettes]
    assert names[0] == names[1] == names[2]


def test_paper_and_forced_colours_leave_no_colour_of_a_theme():
    """Printed from a dark screen, a page is black on white; forced colours replace every ground."""
    theme = {name for rule in root_rules() for name in rule.declared if "color-scheme" in rule.declared}
    colours = {name for name in theme if THEMES["light"].get(name[2:], "").startswith("#")}
    printed = {name for rule in all_rules() if rule.is_printed and rule.selector == ":root" for name in rule.declared}
    forced = {name for rule in root_rules() if rule.is_forced for name in rule.declared}
    assert len(colours) > 20 and colours - {"--focus-out"} <= printed
    assert colours <= forced


def test_every_token_that_is_used_exists():
    text = {path.name: path.read_text(encoding="utf-8") for path in SHEETS}
    given = {name for one in text.values() for name in re.findall(r"--([\w-]+):", one)}
    used = {name for one in text.values() for name in USE.findall(one)}
    assert used - given <= {"behind"}  # has a fallback, set where a leaf lies on something else


def test_a_page_can_be_turned_around():
    """Nothing is laid out by left and right, so that an Arabic page is a mirror. Media queries and paper may."""
    found = [
        (rule.sheet, rule.selector, name)
        for rule in all_rules()
        if ".a4" not in rule.selector
        for name, value in rule.declared.items()
        if PHYSICAL.fullmatch(name) or (name in ("text-align", "float") and value in ("left", "right"))
    ]
    assert not found


def test_no_window_is_narrow_and_wide_at_once():
    """A tablet is 768 pixels wide exactly: a rule for less and one for more must not both hold there."""
    widths = {around for rule in all_rules() for around in rule.around if "width" in around}
    narrow, wide = (set(re.findall(rf"{word}-width: ([\d.]+)rem", " ".join(widths))) for word in ("max", "min"))
    assert narrow and wide and not narrow & wide
