"""``parvis apply``: apply the records that devices brought and that wait. The worker does this by itself."""

from __future__ import annotations

import argparse


def main(arguments: list[str]) -> int:
    """With ``--again`` also what an earlier release could not apply."""
    parser = argparse.ArgumentParser(prog="parvis apply", description=__doc__)
    parser.add_argument("--again", action="store_true", help="also what an earlier release could not apply")
    chosen = parser.parse_args(arguments)
    import django

    django.setup()
    from .applying import apply_pending, try_again

    if chosen.again:
        print(f"tried again: {try_again()}")
    print(f"applied: {apply_pending()}")
    return 0
