"""``parvis probe /readyz --port 8000``: ask this container's own server, as its health check does.

Standard library only: it runs every few seconds, and loading everything would cost more than the answer.
"""

from __future__ import annotations

import argparse
import http.client
import sys


def main(arguments: list[str]) -> int:
    """0 when the page answers 200, else 1 with one line that says why."""
    parser = argparse.ArgumentParser(prog="parvis probe", description=__doc__)
    parser.add_argument("path", nargs="?", default="/healthz")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args(arguments)
    connection = http.client.HTTPConnection("127.0.0.1", chosen.port, timeout=8)
    try:
        connection.request("GET", chosen.path)
        answer = connection.getresponse()
        words = answer.read(2000).decode(errors="replace").strip()
    except OSError as error:
        print(f"no answer: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    print(f"{answer.status} {words}")
    return 0 if answer.status == 200 else 1
