"""F7: a bad network between scanner stations and the server (S4, S5, D12, S20).

30 % of the connections are cut after random bytes, of 10 % the reply is lost, 5 % wait for 5 s, and for a while the
log-in page of the hall answers in the server's place. The stations are the kiosk's own modules (``stations.mjs``), over
an outbox in memory; the server is daphne, with its worker's reading of sheets left out.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

FIGURE = "5 stations × 400 contributions with images over a broken network: all there in 10 min, traffic ≤ 2 × payload"
CHANCES = {"cut": 0.3, "swallowed": 0.1, "slow": 0.05}
PORTAL_S = ((20, 35), (90, 100))
SMALL: dict[str, Any] = {"stations": 2, "photos": 6, "size": 30_000, "portal_s": ((0, 0.5),), "slow": 0.0}
MOST_MINUTES, MOST_RATIO, LIMIT_S = 10, 2.0, 1_200


def run(
    seed: int,
    *,
    stations: int = 5,
    photos: int = 400,
    size: int = 40_000,
    portal_s: tuple[tuple[float, float], ...] = PORTAL_S,
    slow: float = CHANCES["slow"],
) -> tuple[bool, dict[str, Any]]:
    from django.db import connection

    from tests.server.votes import make_vote

    from .house import House
    from .weather import Weather

    vote = make_vote(people=2, passes=2, letters=False)
    codes = [_invite(vote, number) for number in range(stations)]
    with tempfile.TemporaryDirectory(prefix="parvis-f7-") as folder:
        house = House(Path(folder), secrets.token_hex(32))
        try:
            house.start("server")
            _wait_for(house)
            with Weather(house.port, seed, {**CHANCES, "slow": slow}, portal_s) as weather:
                job = {"codes": codes, "photos": photos, "bytes": size, "limit_s": LIMIT_S}
                told, minutes = _send(job, house.port, weather)
        finally:
            house.__exit__()
    counts = {
        "database": connection.vendor,
        "stations": stations,
        "contributions": stations * photos,
        "payload_bytes": told["payload_bytes"],
        "sent_bytes": weather.sent_bytes,
        "received_bytes": weather.received_bytes,
        "ratio": round((weather.sent_bytes + weather.received_bytes) / told["payload_bytes"], 3),
        "minutes": round(minutes, 2),
        **{name: weather.counts[name] for name in ("requests", "well", *CHANCES, "portal")},
        **_arrived(told),
    }
    return is_passed(counts), counts


def is_passed(counts: dict[str, Any]) -> bool:
    """Nothing lost, nothing believed that is not so, in time, within the traffic; and the network was bad."""
    return (
        counts["lost"] == counts["believed"] == counts["doubled"] == 0
        and counts["ratio"] <= MOST_RATIO
        and counts["minutes"] <= MOST_MINUTES
        and all(counts[fault] > 0 for fault in ("cut", "swallowed", "portal"))
    )


def _wait_for(house: Any) -> None:
    """Until the server takes connections. Whether it is healthy without its worker nobody asks here."""
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", house.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start: " + house.log("server"))


def _invite(vote: Any, number: int) -> str:
    from server.devices.actions import create_enrolment

    return create_enrolment(session=vote.session, label=f"Station {number}", mode="scanner", by=vote.officer)[1].text


def _send(job: dict[str, Any], port: int, weather: Any) -> tuple[dict[str, Any], float]:
    """Have the stations send; what they say at the end, and how many minutes it took."""
    addresses = {"server": f"http://127.0.0.1:{port}", "network": f"http://127.0.0.1:{weather.port}"}
    command = ["node", str(Path(__file__).with_name("stations.mjs")), json.dumps({**addresses, **job})]
    started, is_over = time.monotonic(), threading.Event()
    applying = threading.Thread(target=_apply, args=(is_over,), daemon=True)
    applying.start()
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S + 120)
    minutes = (time.monotonic() - started) / 60
    is_over.set()
    applying.join()
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.strip().rpartition("\n")[2]), minutes


def _apply(is_over: threading.Event) -> None:
    """What the worker does, but for reading sheets."""
    from django.db import connections

    from server.ledger.applying import apply_pending

    while not is_over.wait(0.5):
        apply_pending()
    connections.close_all()


def _arrived(told: dict[str, Any]) -> dict[str, int]:
    """What of all that the stations made is in the log and on the disk, and what they believe without reason."""
    from server.attachments import storage
    from server.attachments.models import StoredFile
    from server.ledger.models import Record

    devs = [station["dev"] for station in told["stations"]]
    rows = Record.objects.filter(dev__in=devs)
    kept = set(rows.filter(verdict="accepted", is_fork=False).values_list("pk", flat=True))
    files = dict(StoredFile.objects.values_list("sha256", "name"))
    whole = {sha256 for sha256, name in files.items() if _hash(storage.media() / name) == sha256}
    lost = len(set(told["ids"]) - kept) + len(set(told["sha256"]) - whole)
    believed = sum(one["arrived"] for one in told["stations"]) - len(kept)
    believed = max(0, believed) + max(0, sum(one["whole"] for one in told["stations"]) - len(whole))
    return {"lost": lost, "believed": believed, "doubled": rows.count() - len(kept), "images": len(whole)}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
