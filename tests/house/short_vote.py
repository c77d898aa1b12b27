"""A short vote through a running installation: letters at the web door, a kiosk that pushes, bells, a certified result.

Run as ``python -m tests.house.short_vote --port 8000 [--ca root.crt] [--sockets 8001,8002]`` in the environment of the
installation: what an organiser would do is done by actions on its database, everything else over HTTP. Prints one line
of JSON: what came out, and under ``secrets`` all that must stand in no log.
"""

from __future__ import annotations

import argparse
import json
import os
import ssl
import sys
import time
from contextlib import ExitStack
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import django

CHOICES = [("lavoir",), ("lavoir", "verger"), ("lavoir", "kiosque")]
PATIENCE_S = 30


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca")
    parser.add_argument("--sockets", default="", help="ports of daphne processes to listen at as well")
    return parser.parse_args()


def session_of(user: Any) -> str:
    """A browser session of this account, as a log-in leaves it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store.save()
    return str(store.session_key)


def listen(address: str, origin: str, cookie: str, tls: ssl.SSLContext | None) -> Any:
    """An open socket of a page whose reader is logged in."""
    from websockets.sync.client import connect

    headers = {"Cookie": SimpleCookie({"sessionid": cookie}).output(header="", sep=";").strip()}
    return connect(address, origin=origin, additional_headers=headers, ssl=tls)


def hears(socket: Any, what: str) -> bool:
    """Whether this bell rings within a while."""
    until = time.monotonic() + PATIENCE_S
    while (left := until - time.monotonic()) > 0:
        try:
            if json.loads(socket.recv(timeout=left)) == {"bell": what}:
                return True
        except TimeoutError:
            return False
    return False


def wait_for_print(run: Any) -> str:
    """The state of the print run once the worker is through with it."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        run.refresh_from_db()
        if run.status in ("ready", "failed"):
            return run.status
        time.sleep(0.1)
    return f"still {run.status}"


def main() -> int:
    chosen = parse()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.config.settings")
    django.setup()
    from server.rehearsal import web
    from server.rehearsal.closing import verify
    from server.rehearsal.kiosks import Delivery, enrol
    from server.rehearsal.site import Visitor

    tls = ssl.create_default_context(cafile=chosen.ca) if chosen.ca else None
    vote = prepare()
    place = SimpleNamespace(space=vote.box.space, box=vote.box, letters=vote.letters)
    cookie = session_of(vote.officer)
    visitors = [Visitor(chosen.port, tls=tls) for _voter in CHOICES]
    out: dict[str, Any] = {"bells": {}}
    with ExitStack() as stack:
        path = f"/ws/spaces/{vote.box.space.pk}/"
        origin = visitors[0].origin
        sockets = {"proxy": stack.enter_context(listen(f"ws{origin.removeprefix('http')}{path}", origin, cookie, tls))}
        for port in filter(None, chosen.sockets.split(",")):
            sockets[port] = stack.enter_context(listen(f"ws://localhost:{port}{path}", origin, cookie, None))
        out["printed"] = wait_for_print(print_run(vote))
        device = enrol(visitors[0], vote.device_code)
        out["bells"] = {name: hears(socket, "devices") for name, socket in sockets.items()}
        for person, choices in enumerate(CHOICES):
            web.cast(visitors[person], place, person, choices, by_account=False)
        device.move("open")
        device.cast(vote.box.definition_hash, vote.hand_over(4), {"q1": ("lavoir", "bancs")})
        device.move("closed")
        delivery = Delivery(visitors[0], [device], SimpleNamespace(shuffle=len, randint=max, random=lambda: 1.0))
        delivery.run()
    out["verdicts"] = dict(delivery.told)
    out |= close(vote, verify)
    out["secrets"] = secrets_of(vote, visitors, cookie)
    print(json.dumps(out))
    return 0


def prepare() -> Any:
    from django.utils import timezone

    from server.accounts.models import User
    from server.devices.actions import create_enrolment
    from server.processes.models import Component, Space
    from tests.server.votes import make_vote

    vote = make_vote(people=6, officer="officer@example.org")
    User.objects.update(is_superuser=True, is_staff=True)
    for kind in (Space, Component):
        kind.objects.update(published_at=timezone.now())
    vote.officer.refresh_from_db()
    _enrolment, vote.device_code = create_enrolment(session=vote.session, label="Borne 1", by=vote.officer)
    return vote


def print_run(vote: Any) -> Any:
    from server.paper.actions import make_print_run

    return make_print_run(box=vote.box, session=vote.session, quantity=2, is_test=True, by=vote.officer)


def close(vote: Any, verify: Any) -> dict[str, Any]:
    from server.opendata.actions import published_folder

    counts = {"passes_unused": len(vote.stack), "passes_spoiled": 0, "passes_returned": 0}
    vote.refresh()
    box = vote.finish(**counts)
    folder = published_folder(box)
    contest = json.loads((folder / "result.json").read_bytes())["contests"][0]
    is_verified, words = verify(folder)
    return {"ballots": contest["ballots"], "votes": contest["votes"], "verified": is_verified, "words": words[-500:]}


def secrets_of(vote: Any, visitors: list[Any], cookie: str) -> list[str]:
    """All that no log may hold: codes in each form, names, choices, numbers of receipts' owners, cookies."""
    codes = [*vote.letters, *vote.stack, vote.device_code]
    found = [form for code in codes for form in (code.text, code.grouped, code.text.lower())]
    found += [entry.family_name for entry in vote.entries] + ["Camille", "officer@example.org", cookie]
    found += [name for name, _cost in (("lavoir", 0), ("verger", 0), ("kiosque", 0), ("bancs", 0))]
    found += [value for visitor in visitors for name, value in visitor.cookies.items() if len(value) > 8]
    return found


if __name__ == "__main__":
    sys.exit(main())
