"""``parvis rebuild``: make the rows that say nothing but what the log says anew from it, or only compare (S22)."""

from __future__ import annotations

import argparse


def main(arguments: list[str]) -> int:
    """With ``--check`` nothing is changed, and the exit code is 1 where the log gives other rows."""
    parser = argparse.ArgumentParser(prog="parvis rebuild", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 where the rows differ")
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    from .applying import is_rebuilt_alike, rebuild

    if not chosen.check:
        print(f"applied anew: {rebuild()}")
        return 0
    is_alike = is_rebuilt_alike()
    print("the log gives the very rows that are here" if is_alike else "the log gives other rows")
    return 0 if is_alike else 1
