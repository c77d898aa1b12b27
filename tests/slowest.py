"""What is slow: from when on a program hangs, and after a long run in which files its time went."""

from __future__ import annotations

from collections import Counter
from typing import Any

# A program that a test started hangs if it takes longer: a busy machine needs ten times as long as a quick one.
HANGS_S = 600
LONG_S = 60
SHOWN = 20


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The slowest files, with what it took to set their tests up and to clear away after them."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    if (whole := seconds.total()) < LONG_S:
        return
    terminalreporter.section(f"slowest files, of {whole:.0f} s over all processes")
    for path, spent in seconds.most_common(SHOWN):
        terminalreporter.line(f"{spent:6.0f} s {100 * spent / whole:4.1f} %  {path}")
