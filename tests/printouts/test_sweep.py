"""F11 in small: the sweep of ``benchmarks.sweep`` on a few sheets of each pen and machine."""

from __future__ import annotations

from benchmarks.sweep import CASES, Counts, sweep, table

FEW = [case for case in CASES if case.dpi <= 150]


def test_f11_whatever_pen_and_machine_no_box_is_misread_by_machine_alone():
    found = sweep(2, 11, FEW, ["10"])
    whole = sum(found.values(), Counts())
    assert whole.misread == 0
    assert whole.sheets == whole.automatic + whole.people == 2 * len(FEW)
    assert whole.boxes == 10 * whole.sheets
    assert "| all |" in table(found) and f"| {whole.boxes} |" in table(found)


def test_one_seed_gives_one_result():
    cases = FEW[:1]
    assert sweep(3, 5, cases, ["6 round"]) == sweep(3, 5, cases, ["6 round"])


def test_a_box_read_otherwise_than_it_was_marked_is_counted(monkeypatch):
    """The counting itself: were the reading wrong, the sweep would say so."""
    monkeypatch.setattr("benchmarks.sweep.simulate.mark", lambda *_given, **_style: None)
    counts = sweep(4, 5, FEW[1:2], ["6 round"])[FEW[1].name]
    assert counts.misread > 0 and counts.automatic == 4
