"""Ask a server whether it keeps ``docs/protocol.md``: one line for each case; the exit code says whether all held.

0: every case that was asked held; 1: some did not; 2: the device could not be enrolled. The session should be one for
trying: the suite leaves some three hundred records, a fork and a closing in it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import cases, files  # noqa: F401  (registers them)
from .bench import CASES, Bench, Failed, NotAsked
from .client import Device, NoAnswer
from .proofs import read_code


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", help="the server, as https://vote.town.example")
    parser.add_argument("--enrol", required=True, metavar="CODE", help="a fresh code of the organiser's page")
    parser.add_argument("--pass", dest="pass_code", default="", metavar="CODE", help="an unused pass of the session")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write the chain as an export file in the end")
    chosen = parser.parse_args(arguments)
    bench = enrolled(chosen.url, read_code(chosen.enrol), chosen.pass_code)
    if bench is None:
        return 2
    failed = sum(not is_kept(name, bench) for name in CASES)
    if chosen.export:
        chosen.export.write_bytes(bench.device.export())
    print(f"{len(CASES)} cases, {failed} failed")
    return 1 if failed else 0


def enrolled(url: str, code: str, pass_code: str) -> Bench | None:
    device = Device(url)
    try:
        answer = device.enrol(code)
        if answer.status != 200:
            raise NoAnswer(f"{answer.status} {answer.told.get('code', '')}")
        device.take_pack(device.pull().told)
    except (NoAnswer, KeyError, TypeError, ValueError) as why:
        print(f"not enrolled: {why}", file=sys.stderr)
        return None
    return Bench(device, code, pass_code)


def is_kept(name: str, bench: Bench) -> bool:
    """Ask one case and say so on a line."""
    try:
        bench.settle()
        CASES[name](bench)
    except NotAsked as why:
        print(f"skipped  {name}: {why}")
    except (Failed, NoAnswer, KeyError, TypeError, ValueError, IndexError) as why:
        print(f"FAILED   {name}: {type(why).__name__} {why}")
        return False
    else:
        print(f"ok       {name}")
    return True


if __name__ == "__main__":
    sys.exit(main())
