"""``parvis setup``: bring the database to this release, once per update and before anything serves."""

from __future__ import annotations

import argparse


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="parvis setup", description=__doc__)
    parser.parse_args(arguments)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=1, interactive=False)
    return 0
