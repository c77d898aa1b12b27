"""After a long run: in which files its time went, setting up and clearing away included."""

from __future__ import annotations

from collections import Counter
from typing import Any

LONG_S = 60
SHOWN = 20


def pytest_terminal_summary(terminalreporter: Any) -> None:
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
