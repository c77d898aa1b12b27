"""Load the demo town. What it prints is also kept in ``<var>/demo.json``, mode 0600: codes are in no database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from server.accounts.models import User
from server.paper.actions import make_print_run
from server.processes.models import Space
from server.web.town.build import PASSWORD, Town, build_town, read

LETTERS_SHOWN = 6
PASSES_SHOWN = 4
SHEETS = 12


class Command(BaseCommand):
    help = "Load the demo town of Villeneuve-sur-Aure. Loading it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is any space or account")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = Path(settings.PARVIS_VAR) / "demo.json"
        is_here = Space.objects.filter(slug=read("running")["slug"]).exists()
        if not is_here:
            if Space.objects.exists() or User.objects.exists():
                if options["if_empty"]:
                    return
                raise CommandError("There are other spaces or accounts here: the demo town wants an empty database.")
            self._load(kept)
        if kept.exists():
            self._tell(json.loads(kept.read_text(encoding="utf-8")))

    def _load(self, kept: Path) -> None:
        with transaction.atomic():
            town = build_town()
            organiser, running = town.staff["organiser"], town.running
            make_print_run(box=running.box, session=running.sessions[0], quantity=SHEETS, by=organiser)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(facts_of(town), file, ensure_ascii=False, indent=1)

    def _tell(self, facts: dict[str, Any]) -> None:
        workshop = facts.get("workshop")  # a town that an earlier release loaded has none
        ideas = [f"  pass       {code}   (ideas)" for code in workshop["passes"]] if workshop else []
        if workshop:
            ideas.append(f"  kiosk PIN  {workshop['pin']}   (ideas, session “{workshop['session']}”)")
        lines = [
            "",
            f"Demo town · {facts['origin']}/",
            f"  password of all accounts: {facts['password']}",
            *(f"  {role:<10} {email}" for role, email in facts["accounts"].items()),
            f"  vote       {facts['vote']}",
            *(f"  letter     {letter['code']}  {letter['name']}" for letter in facts["letters"]),
            *(f"  pass       {code}" for code in facts["passes"]),
            f"  kiosk PIN  {facts['pin']}   (session “{facts['session']}”)",
            *ideas,
            f"  result     {facts['result']}",
            "",
        ]
        self.stdout.write("\n".join(lines))


def facts_of(town: Town) -> dict[str, Any]:
    """What someone who tries the town out needs: log-ins, addresses, and some of the codes that would be on paper."""
    running, past, workshop = town.running, town.past, town.workshop
    assert workshop is not None
    origin = settings.PARVIS_ORIGIN
    # The first two people of the roll have accounts that are matched already; letters begin with the third.
    letters = list(zip(running.entries, running.letters, strict=True))[2 : 2 + LETTERS_SHOWN]
    accounts = {**town.staff, **town.residents}
    return {
        "origin": origin,
        "password": PASSWORD,
        "accounts": {name: user.email for name, user in accounts.items()},
        "vote": origin + running.box.get_absolute_url(),
        "letters": [{"name": str(entry), "code": code.grouped} for entry, code in letters],
        "passes": [code.grouped for code in running.stack[:PASSES_SHOWN]],
        "session": str(running.sessions[0].meeting.title),
        "pin": running.sessions[0].operator_pin,
        "workshop": {
            "session": str(workshop.session.meeting.title),
            "pin": workshop.session.operator_pin,
            "passes": [code.grouped for code in workshop.stack[:PASSES_SHOWN]],
        },
        "result": f"{origin}{past.box.get_absolute_url()}result/" if past else "",
    }
