"""The public log at a city's size: what one more record costs, and one proof.

A fresh installation in a folder of its own (SQLite). The tree is filled with nodes up to each size, written in bulk,
as so many records would have left them; then records are appended one by one through the action that every door uses,
and proofs are computed for records drawn by a seed. See ``benchmarks.box``.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000, 1_000_000)
APPENDED, PROOFS = 300, 300


def measure(sizes: tuple[int, ...], folder: Path) -> dict[str, Any]:
    """Return ``append_us`` by size, medians; ``proof_ms``, the median at the largest size."""
    environment = {**os.environ, "PARVIS_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "server.config.settings"}
    command = [sys.executable, "-m", "benchmarks.log", *map(str, sizes)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def run(sizes: list[int]) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {"append_us": {}}
    for size in sizes:
        grow(size)
        found["append_us"][str(size)] = round(_median(_append(number) for number in range(APPENDED)) * 1e6)
    found["proof_ms"] = round(_median(_prove(random.Random(1), PROOFS)) * 1e3, 3)
    return found


def grow(size: int) -> None:
    """Make the tree have so many leaves."""
    from server.ledger.models import Log, Node
    from server.ledger.tree import Frontier

    log, _new = Log.objects.get_or_create(pk=1)
    frontier = Frontier(log.size, [bytes.fromhex(peak) for peak in log.peaks])
    nodes = []
    while frontier.size < size:
        leaf = hashlib.sha256(frontier.size.to_bytes(8, "big")).digest()
        nodes += [Node(level=level, index=index, hash=digest) for level, index, digest in frontier.append(leaf)]
        if len(nodes) > 50_000 or frontier.size == size:
            Node.objects.bulk_create(nodes, batch_size=5000)
            nodes = []
    log.size, log.peaks = frontier.size, [peak.hex() for peak in frontier.peaks]
    log.save()


def _append(number: int) -> float:
    from server.ledger.actions import append

    started = time.perf_counter()
    append(type="benchmark.record", space="benchmark", body=json.dumps({"number": number}).encode())
    return time.perf_counter() - started


def _prove(rng: random.Random, times: int) -> Any:
    from server.ledger import tree
    from server.ledger.models import Log
    from server.ledger.nodes import fetch, from_stored

    size = Log.objects.get().size
    root = from_stored(lambda node: tree.range_root(0, size, node))
    for _time in range(times):
        index = rng.randrange(size)
        started = time.perf_counter()
        path = from_stored(lambda node: tree.inclusion_path(index, size, node))  # noqa: B023
        yield time.perf_counter() - started
        leaf = fetch({(0, index)})[0, index]
        if tree.root_from_path(index, size, leaf, path) != root:
            raise RuntimeError(f"the path of {index} leads to another root")


def _median(seconds: Any) -> float:
    return statistics.median(list(seconds))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(run([int(word) for word in sys.argv[1:]])))
