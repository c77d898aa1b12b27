"""F6: a stateful model of one evening (hypothesis): kiosks and copies of them, people at home, a desk, paper, a lossy
network, files, a server that is restored from a backup; after each step and at the end of each evening the invariants.

Two kiosks, six people. Not in it: a whole browser (F2), processes that die (F1), and many at once (F3): here one deed
follows another, in one process, on SQLite.
"""

from __future__ import annotations

import sys
import time
from typing import Any

FIGURE = "stateful model, all rules and faults: 100,000 steps, 0 violations of I1–I8"
STEPS, LONG = 100_000, 100
ENOUGH = 3  # violations, before one stops and looks
SMALL = {"steps": 2_000}


def run(seed: int, steps: int = STEPS, length: int = LONG, *, shrinks: bool = True) -> tuple[bool, dict[str, Any]]:
    """length: the most steps of one evening; shrinks: the shortest evening is looked for that breaks an invariant."""
    import hypothesis
    from django.test import override_settings
    from hypothesis.stateful import run_state_machine_as_test

    from .evening import Seen, machine
    from .world import Violated, make_base

    seen = Seen()
    quick = hypothesis.settings(
        max_examples=5, stateful_step_count=length, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck), report_multiple_bugs=False,
        phases=(hypothesis.Phase.generate, *([hypothesis.Phase.shrink] if shrinks else [])),
    )  # fmt: skip
    started = time.process_time()
    with override_settings(PARVIS_SINGLE_HANDED=True, PARVIS_MOST_PUSHES=0):
        base = make_base()
        while seen.steps.total() < steps and seen.violations.total() < ENOUGH:
            evening = hypothesis.seed(seed)(machine(base, seen))
            try:
                run_state_machine_as_test(evening, settings=quick)
            except Violated as violated:
                seen.violations[violated.which] += 1
                print("\n".join([str(violated), *getattr(violated, "__notes__", [])]), file=sys.stderr)
            seed += 1_000_003
    counts = {
        "steps": seen.steps.total(),
        "evenings": seen.evenings,
        "closed": seen.closed,
        "restored": seen.steps["restore"],
        "rules": dict(sorted(seen.steps.items())),
        "records": seen.records,
        "violations": {f"I{n}": seen.violations[f"I{n}"] for n in range(1, 9)},
        "processor_s": round(time.process_time() - started, 1),
    }
    return counts["steps"] >= steps and not seen.violations.total(), counts
