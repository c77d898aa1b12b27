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
from typing import Any

from server.budgets.pabulib import BadPb, read_pb

from .measure import Measure
from .plan import CannotRehearse, Plan, make_plan
from .site import Site, free_port

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
        instance = read_pb(chosen.file.read_bytes())
        plan = make_plan(instance, limit=chosen.limit, conflicts=chosen.conflicts, seed=chosen.seed)
    except OSError as error:
        return _refuse("file", str(error))
    except BadPb as error:
        return _refuse("bad_file", str(error))
    except CannotRehearse as error:
        return _refuse(error.code, str(error))
    with tempfile.TemporaryDirectory(prefix="parvis-rehearsal-") as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            port = _configure(Path(name), chosen.database)
        except CannotRehearse as error:
            return _refuse(error.code, str(error))
        from server.web.refusals import Refusal

        try:
            with Measure() as measure:
                figures = _rehearse(plan, chosen, folder, port, measure)
        except Refusal as refusal:
            # What an organiser would be told too: a title that cannot be printed, for one.
            return _refuse(refusal.code, f"{refusal.message} {refusal.details.get('problems', '')}")
    figures["peak_mb"] = round(measure.peak_mb)
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    print(text)
    return 0 if is_right(plan, figures) else 1


def _refuse(code: str, words: str) -> int:
    print(f"parvis rehearse: {code}: {words}", file=sys.stderr)
    return 2


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

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.introspection.table_names():
        raise CannotRehearse("database_not_empty", "this database has tables; give an empty one")
    call_command("migrate", verbosity=0)
    return port


def _rehearse(plan: Plan, chosen: argparse.Namespace, folder: Path, port: int, measure: Measure) -> dict[str, Any]:
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
        files = paper.mark_and_scan(plan, place, printed, folder, chosen.seed, measure)
    with measure.stage("read", "The scans are read"):
        sheets = paper.read(place, files, measure)
    with measure.stage("close", "Hands count, the session and the box are reconciled, the box is opened and counted"):
        closing.count_by_hand(place, plan)
        is_duel_right = closing.duel_is_right(place, pairs)
        closing.finish(place)
        published = closing.keep_published(place, folder)
    with measure.stage("verify", "A stranger checks what was published"):
        is_verified, words = closing.verify(published)
    measure.say(words)
    figures = closing.report(plan, place, published, sheets, is_whole=chosen.limit is None)
    return {
        "instance": chosen.file.stem,
        "voters": len(plan.voters),
        "counted": figures.pop("counted"),
        "by_door": figures.pop("by_door"),
        "superseded": figures.pop("superseded"),
        "duplicates": delivery.verdicts["duplicate"],
        **figures,
        "verified": is_verified,
        "duels_right": is_duel_right,
        "test_sheets_refused": sheets.refused_tests,
        "verdicts": dict(delivery.reasons),
        "accounts": closing.accounts(place),
        "seconds": measure.seconds,
    }


def is_right(plan: Plan, figures: dict[str, Any]) -> bool:
    """Nothing lost, doubled or misread, and everything equal to the real vote."""
    doors = {door: len(plan.at(door)) for door in ("web", "kiosk", "paper")}
    return (
        figures["counted"] == figures["voters"] == len(plan.voters)
        and figures["by_door"] == doors
        and figures["superseded"] == plan.extras
        and figures["paper"]["sheets"] == figures["paper"]["read"] == doors["paper"]
        and figures["paper"]["misread"] == 0
        and figures["votes_equal_instance"]
        and figures["winners_equal_instance"] is not False
        and figures["verified"]
        and figures["duels_right"]
        and not figures["verdicts"]
    )
