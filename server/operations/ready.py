"""``parvis ready [CHECK …]``: the checks of ``/readyz`` from a shell, for a process that serves no pages."""

from __future__ import annotations

import argparse


def main(arguments: list[str]) -> int:
    """0 when every check asked for is well. Without names: all of them."""
    import django

    django.setup()
    from .health import CHECKS, readiness

    parser = argparse.ArgumentParser(prog="parvis ready", description=__doc__)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=", ".join(CHECKS))
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    found = readiness(chosen.checks or list(CHECKS))
    for name, answer in found.items():
        print(f"{name}: {answer}")
    return 0 if all(answer == "ok" for answer in found.values()) else 1
