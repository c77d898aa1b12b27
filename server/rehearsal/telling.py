"""A rehearsal told to people: the accounts, and tables of doors, projects and stages. Plain text, in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .plan import Plan
from .verdict import Findings

DOORS = ("web", "kiosk", "paper")
WIDEST = 46


def report(plan: Plan, found: Findings, wrong: Sequence[str], *, memory: str) -> str:
    """All of it, one part after another; the verdict last, where the eye is when it is over."""
    figures = found.figures
    head = f"{figures['instance']}: {figures['voters']} voters, {len(plan.ids)} projects, rule {plan.rule}"
    parts = [head, _accounts(found), _doors(plan, found), _paper(found), _projects(found), _stages(found, memory)]
    verdict = "Everything is right." if not wrong else "Not right:\n" + "\n".join(f"  - {one}" for one in wrong)
    return "\n\n".join([*parts, verdict])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns as wide as they must be; the first to the left, numbers to the right."""
    texts = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(head))]
    lines = []
    for row in texts:
        first, *rest = (
            text.ljust(w) if not place else text.rjust(w)
            for place, (text, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  " + "  ".join([first, *rest]).rstrip())
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.1f}"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _accounts(found: Findings) -> str:
    lines = ["Accounts"]
    for label, left, terms, holds in found.accounts:
        sum_ = " + ".join(f"{count:,} {name}" for name, count in terms) or "0"
        lines.append(f"  {label}: {left:,} {'=' if holds else '≠'} {sum_}")
    return "\n".join(lines)


def _doors(plan: Plan, found: Findings) -> str:
    rows: list[tuple[str, int, int, int, int]] = []
    for door in DOORS:
        received, counted = found.received.get(door, 0), found.figures["by_door"].get(door, 0)
        rows.append((door, len(plan.at(door)), received, counted, received - counted))
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    told = ", ".join(f"{count} {words}" for words, count in sorted(found.batches.items()))
    return (
        "Ballots by door\n"
        + table(("door", "voters", "received", "counted", "superseded"), [*rows, ("all", *sums)])
        + f"\n  {found.figures['duplicates']:,} records of kiosks came again. Batches: {told or 'none'}."
    )


def _paper(found: Findings) -> str:
    paper = found.figures["paper"]
    return "Sheets\n" + table(tuple(paper), [tuple(paper.values())])


def _projects(found: Findings) -> str:
    figures = found.figures
    rows = [
        (
            one["project"],
            one["votes"],
            one["votes_of_file"],
            one["votes"] == one["votes_of_file"],
            one["wins"],
            one["won"],
        )
        for one in found.projects
    ]
    equal = table(("equal to the file?", ""), [(name, figures[key]) for name, key in EQUAL])
    return (
        "Projects\n"
        + table(("project", "votes", "in the file", "equal", "funded", "in the file"), rows)
        + "\n\n"
        + equal
    )


EQUAL = (("votes", "votes_equal_instance"), ("winners", "winners_equal_instance"), ("verify.py agrees", "verified"))


def _stages(found: Findings, memory: str) -> str:
    seconds = found.figures["seconds"]
    rows = [*seconds.items(), ("all", float(sum(seconds.values())))]
    return "Stages\n" + table(("stage", "seconds"), rows) + f"\n  {found.figures['peak_mb']:,} MB at most ({memory})"
