"""A small installation for backups, in the environment of the caller; each deed prints a line of JSON.

``backup:FILE``, ``restore:FILE``: the commands, in this process: a process of their own takes seconds.
``make``: migrate, and hold a vote to its certified result, with another one open. ``look``: what is there to compare.
``go-on``: a ballot after the restore, as life would bring it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

# Written by each restore: its own chain of records, and the sign that it is not in order yet.
ANEW = ("keys/epoch", "keys/recovering", "keys/.backed-up")


def make() -> None:
    from django.core.management import call_command

    from server.ledger.actions import sign_checkpoint
    from server.paper import storage
    from server.web.town.build import build_accounts
    from tests.server.votes import make_vote, sync

    call_command("migrate", verbosity=0)
    build_accounts()
    done = make_vote(people=6, officer="one@example.org")
    done.online(0, "lavoir", "bancs")
    done.online(1, "lavoir")
    kiosk = done.kiosk()
    kiosk.cast(done.box.definition_hash, done.hand_over(2), {"q1": ("verger",)})
    sync(kiosk)
    done.close_kiosks()
    done.finish(passes_unused=len(done.stack), passes_spoiled=0, passes_returned=0)
    running = make_vote(people=3, officer="two@example.org", slug="running")
    running.online(0, "piste")
    sign_checkpoint()
    storage.write_private(storage.folder("scans", "x") / "scan-1.jpg", b"\xff\xd8 a scan " * 1000)


def look() -> dict[str, Any]:
    from django.apps import apps
    from django.conf import settings

    from server.ledger.models import Log, Recovery
    from server.ledger.nodes import leaves
    from server.opendata.actions import published_folder
    from server.operations.rows import dump, tables
    from server.rehearsal.closing import verify
    from server.voting.models import Box

    skipped = {"ledger.log", "ledger.recovery", "contenttypes.contenttype", "auth.permission"}
    found = {m._meta.label_lower: b"".join(map(in_order, dump(m, using="default"))) for m in tables(apps)}
    var = Path(settings.PARVIS_VAR)
    files = {p.relative_to(var).as_posix(): p for p in var.rglob("*") if p.is_file()}
    kept = [n for n in files if n.split("/")[0] in ("keys", "media", "published") and n not in ANEW]
    box = Box.objects.filter(state="certified").get()
    result = json.loads((published_folder(box) / "result.json").read_bytes())["contests"][0]
    return {
        "rows": {name: digest(content) for name, content in found.items() if name not in skipped},
        "files": {name: digest(files[name].read_bytes()) for name in sorted(kept)},
        "modes": sorted({oct(files[name].stat().st_mode & 0o777) for name in kept}),
        "epoch": (var / "keys/epoch").read_text(),
        "log": list(Log.objects.values_list("log_epoch", "size")),
        "leaves": digest(b"".join(leaves(0, Log.objects.get().size).values())),
        "recovering": [*Recovery.objects.filter(ended_at=None).values_list("log_epoch", "size")][-1:],
        "has_sign": "keys/recovering" in files,
        "votes": result["votes"],
        "verified": verify(published_folder(box))[0],
    }


def in_order(line: bytes) -> bytes:
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    return json.dumps(json.loads(line), sort_keys=True).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def go_on() -> dict[str, Any]:
    """Somebody ends the recovery; new rows get new numbers, and the log goes on where it was."""
    from server.accounts.models import User
    from server.ledger import recovery
    from server.ledger.actions import sign_checkpoint
    from tests.server.votes import make_vote

    recovery.end()
    vote = make_vote(people=3, officer="three@example.org", slug="later")
    vote.online(0, "lavoir")
    vote.online(1, "verger")
    return {"size": sign_checkpoint().size, "accounts": User.objects.count()}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    import django

    django.setup()
    from server.operations import backup, restore

    commands = {"backup": backup.main, "restore": restore.main}
    for word in sys.argv[1:]:
        deed, _colon, path = word.partition(":")
        if path and (code := commands[deed]([path])):
            return code
        if not path:
            print(json.dumps({"make": make, "look": look, "go-on": go_on}[deed]()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
