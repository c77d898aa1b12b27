"""``parvis rehearse FILE.pb``: a real vote replayed through all three doors, compared with what the town counted."""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
import tempfile
from pathlib import Path

from . import preflight
from .measure import Measure
from .plan import CannotRehearse, Plan
from .site import Site, free_port
from .telling import report
from .verdict import FIGURES, Findings, faults

KIOSKS = 4


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="parvis rehearse", description=__doc__)
    parser.add_argument("file", type=Path, help="a vote in the format of pabulib.org")
    parser.add_argument("--limit", type=_positive, help="a sample with the file's share of each method")
    parser.add_argument("--conflicts", type=_not_negative, default=0, help="so many voters cast a second ballot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="URL of an empty database; default: SQLite in a folder of its own")
    parser.add_argument("--keep", type=Path, help="leave print/, scans/ and published/ in this folder")
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def _not_negative(text: str) -> int:
    if (value := int(text)) < 0:
        raise argparse.ArgumentTypeError("at least 0")
    return value


def main(arguments: list[str]) -> int:
    """0: nothing lost, doubled or misread, everything equal; 1: not so; 2: it cannot be rehearsed."""
    chosen = parse(arguments)
    try:
        plan = preflight.plan_of(chosen)
        preflight.check_targets(chosen)
        with tempfile.TemporaryDirectory(prefix="parvis-rehearsal-") as name:
            return _run(plan, chosen, Path(name))
    except CannotRehearse as error:
        print(f"parvis rehearse: {error.code}: {error}", file=sys.stderr)
        return 2


def _run(plan: Plan, chosen: argparse.Namespace, var: Path) -> int:
    """From the settings to the exit code. Raises CannotRehearse before anything is made outside ``var``."""
    port = _configure(var, chosen.database)
    preflight.check_paper(plan)
    preflight.check_database()
    _migrate()
    folder = chosen.keep or var
    folder.mkdir(parents=True, exist_ok=True)
    server = preflight.database_server()
    with Measure(also=[server] if server else []) as measure:
        found = _rehearse_or_refuse(plan, chosen, folder, port, measure)
    found.figures["peak_mb"] = round(measure.peak_mb)
    wrong = faults(plan, found)
    print(report(plan, found, wrong, memory=_what_is_measured(chosen, server)))
    if chosen.json:
        chosen.json.write_text(json.dumps(found.figures, ensure_ascii=False, indent=1) + "\n")
    return 1 if wrong else 0


def _rehearse_or_refuse(plan: Plan, chosen: argparse.Namespace, folder: Path, port: int, measure: Measure) -> Findings:
    """Whatever an organiser would be refused and the preflight did not foresee is told as it would be told them."""
    from server.web.refusals import Refusal

    try:
        return _rehearse(plan, chosen, folder, port, measure)
    except Refusal as refusal:
        words = f"{refusal.message} {refusal.details.get('problems', '')}".strip()
        raise CannotRehearse(refusal.code, words) from refusal


def _what_is_measured(chosen: argparse.Namespace, server: int | None) -> str:
    ours = "this command and all that it started"
    if server:
        return f"{ours}, and the database's server"
    is_elsewhere = chosen.database and not chosen.database.startswith("sqlite")
    return f"{ours}; the database's server is not among them" if is_elsewhere else ours


def _configure(var: Path, database: str | None) -> int:
    """Point this process, and the server that it starts, at a fresh installation. Returns its port."""
    port = free_port()
    os.environ |= {
        "PARVIS_VAR": str(var),
        "PARVIS_ORIGIN": f"http://localhost:{port}",
        "DATABASE_URL": database or f"sqlite:///{var / 'db.sqlite3'}",
        "PARVIS_NO_RATE_LIMITS": "1",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "localhost",
        "PARVIS_EMAIL_VERIFICATION": "none",
        "EMAIL_URL": "dummymail://",
    }
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CannotRehearse("settings", str(error)) from error
    return port


def _migrate() -> None:
    """Make the tables. Raises CannotRehearse ``database_refused`` where the database lets us make none."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise CannotRehearse("database_refused", str(error).strip().splitlines()[0]) from error


def _rehearse(plan: Plan, chosen: argparse.Namespace, folder: Path, port: int, measure: Measure) -> Findings:
    """All stages, in the order of a real vote. Imports wait for the configuration above."""
    from . import closing, hall, kiosks, paper, town, web

    rng = random.Random(chosen.seed)
    with measure.stage("prepare", f"{len(plan.voters)} voters: space, box, roll, letters, passes, sheets"):
        place = town.prepare(plan, kiosks=KIOSKS)
    with measure.stage("print", "The sheets are drawn"):
        printed = paper.draw(place, folder)
    with Site(port, Path(os.environ["PARVIS_VAR"])) as site:
        visitor = site.visitor()
        devices = [kiosks.enrol(visitor, code) for code in place.device_codes]
        with measure.stage("web", f"{len(plan.at('web'))} voters at the web door"):
            web.vote_online(plan, place, site, rng, measure)
        with measure.stage("kiosk", f"{len(plan.at('kiosk'))} voters at {KIOSKS} kiosks without network"):
            pairs = hall.vote_at_kiosks(plan, place, devices, rng, measure)
        with measure.stage("sync", "The network returns"):
            delivery = kiosks.Delivery(visitor, devices, rng)
            delivery.run()
        visitor.close()
    with measure.stage("scan", f"{len(plan.at('paper'))} sheets are marked and scanned"):
        hall.ask_for_sheets(plan, place, measure)
        scanner = paper.Scanner(printed, place.box.layout, folder / "scans", chosen.seed)
        files = paper.mark_and_scan(plan, place, scanner, measure)
    with measure.stage("read", "The scans are read"):
        sheets = paper.read(place, files, scanner, measure)
    with measure.stage("close", "Hands count, the session and the box are reconciled, the box is opened and counted"):
        closing.count_by_hand(place, plan)
        are_duels_right = closing.duel_is_right(place, pairs)
        closing.finish(place)
        published = closing.keep_published(place, folder)
    with measure.stage("verify", "A stranger checks what was published"):
        is_verified, words = closing.verify(published)
    measure.say(words)
    figures = {
        "instance": chosen.file.stem,
        "voters": len(plan.voters),
        **closing.figures(plan, place, published, sheets, is_whole=chosen.limit is None),
        "verified": is_verified,
        "duplicates": delivery.told["duplicate"],
        "seconds": measure.seconds,
    }
    return Findings(
        figures={name: figures.get(name) for name in FIGURES},
        duels_right=are_duels_right,
        not_accepted=kiosks.not_accepted(devices),
        tests_refused=sheets.refused_tests,
        accounts=closing.accounts(place),
        projects=closing.projects(plan, published, is_whole=chosen.limit is None),
        received=place.box.settlement["received_by_door"],
        batches=delivery.batches,
    )
