"""The installation of compose.yaml, started natively by the same commands and Caddyfile, and voted through."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.faults import guessers, p16
from tests.databases import new_database
from tests.house.test_faults import COUNTS
from tests.slowest import HANGS_S
from tools.services import ServiceMissing
from tools.topology import ROOT, Topology, topology

pytestmark = [pytest.mark.services, pytest.mark.long]


@pytest.fixture(scope="module")
def installation(postgres_url: str, migrated_postgres: str) -> Iterator[Topology]:
    """Its tables are there already: to make them takes as long as all the rest of the start."""
    try:
        with topology(log_level="DEBUG", database=new_database(postgres_url, "topology", migrated_postgres)) as made:
            yield made
    except ServiceMissing as missing:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def ask(made: Topology, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(f"{made.origin}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30, context=made.tls()) as answer:
            return answer.status, dict(answer.headers), answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode(errors="replace")


def test_a_short_vote_goes_through_all_of_it(installation: Topology):
    """Pages by workers, bells from them through Redis to both daphne processes, prints by the worker, a result."""
    ports = ",".join(map(str, installation.socket_ports))
    words = ["-m", "tests.house.short_vote", "--port", str(installation.port), "--ca", str(installation.ca)]
    out = json.loads(installation.run(*words, "--sockets", ports).stdout.splitlines()[-1])
    assert out["bells"] == {"proxy": True, **dict.fromkeys(map(str, installation.socket_ports), True)}
    assert out["printed"] == "ready"
    assert out["verdicts"] == {"accepted": 4}
    assert (out["ballots"], out["verified"]) == (4, True), out["words"]
    assert out["votes"]["lavoir"] == 4
    _logs_are_silent(installation, out["secrets"])


def _logs_are_silent(made: Topology, secrets: list[str]) -> None:
    """X23: at the loudest level, with what refuses and what is not found among it."""
    ask(made, "/v/000G40R40M30E209ZT/?code=000G-40R4-0M30-E209-ZT&name=Camille")
    ask(made, "/receipt/?q=ines@villeneuve.example")
    try_password(made, 7, "ines@villeneuve.example")
    push = urllib.request.Request(f"{made.origin}/api/v1/push", b'{"Camille": "000G-40R4-0M30-E209-ZT"}')
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(push, timeout=30, context=made.tls())
    logs = {name: made.log(name) for name in made.processes}
    rows = [json.loads(row) for text in logs.values() for row in text.splitlines() if row.startswith("{")]
    routes = {row.get("route") for row in rows}
    assert {"v/<str:ref>/", "api/v1/push"} <= routes, "the log was looked at where there is one"
    assert not [route for route in routes if route and "vote" in route], "the booth has no lines"
    for name, text in logs.items():
        found = [secret for secret in [*secrets, "000G", "ines@villeneuve"] if secret in text]
        assert found == [], f"the log of {name} holds {found}"


def idle_lines(made: Topology, what: str = "pid") -> list:
    """Of processes that serve pages: the worker's own line asks for tasks."""
    where = "datname = current_database() AND state = 'idle' AND query NOT LIKE '%django_task%'"
    with psycopg.connect(made.environment["DATABASE_URL"]) as connection:
        return connection.execute(f"SELECT {what} FROM pg_stat_activity WHERE {where}").fetchall()


def test_page_workers_keep_their_lines_to_the_database_and_open_new_ones_where_it_hung_up(installation: Topology):
    assert {ask(installation, "/")[0] for _time in range(8)} == {200}
    kept = idle_lines(installation)
    assert kept and set(kept) & set(idle_lines(installation))
    assert idle_lines(installation, "pg_terminate_backend(pid)")
    assert {ask(installation, "/")[0] for _time in range(16)} == {200}
    assert not set(kept) & set(idle_lines(installation))


def test_the_health_checks_of_compose_are_well(installation: Topology):
    for port in (installation.page_port, *installation.socket_ports):
        assert installation.run("-m", "server.cli", "probe", "/healthz", "--port", str(port)).stdout == "200 ok\n"
    assert installation.run("-m", "server.cli", "ready").stdout.count(": ok\n") == 5


def test_the_proxy_shows_the_figures_to_nobody(installation: Topology):
    for path in ("/metrics", "/readyz"):
        assert ask(installation, path)[0] == 404


def test_any_page_worker_answers_for_all_of_them(installation: Topology):
    for _time in range(20):
        ask(installation, "/about/")
    with urllib.request.urlopen(f"http://127.0.0.1:{installation.page_port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    counted = next(row for row in text.splitlines() if 'route="about/",status="200"' in row)
    assert float(counted.rpartition(" ")[2]) >= 20
    assert "parvis_worker_age_seconds" in text


def test_pages_come_over_tls_with_cookies_that_stay_there(installation: Topology):
    status, headers, page = ask(installation, "/accounts/login/")
    assert status == 200
    assert "Secure" in headers["Set-Cookie"]
    assert "Server" not in headers
    assert "csrfmiddlewaretoken" in page


def test_plain_http_is_sent_to_the_safe_address(installation: Topology):
    with socket.create_connection(("127.0.0.1", installation.http_port), timeout=10) as plain:
        plain.sendall(b"GET /about/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: plain.recv(4096), b"")).decode()
    assert " 301 " in answer.splitlines()[0]
    assert f"Location: {installation.origin}/about/" in answer


def test_a_stranger_to_the_local_authority_sees_that_the_certificate_is_not_known(installation: Topology):
    with pytest.raises(urllib.error.URLError) as refused:
        urllib.request.urlopen(f"{installation.origin}/", timeout=10)
    assert isinstance(refused.value.reason, ssl.SSLCertVerificationError)


def test_x16_a_forged_address_does_not_pass_the_proxy(installation: Topology):
    """Wrong passwords, each for another account and from another invented address: the wait comes all the same."""
    said = [try_password(installation, number) for number in range(14)]
    assert "Too many failed" not in said[0] and "Too many failed" in said[-1]


def try_password(made: Topology, number: int, email: str = "") -> str:
    """The page that answers a wrong log-in which claims to come from 9.9.9.<number>."""
    jar = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=made.tls()), jar)
    address = f"{made.origin}/accounts/login/"
    headers = {"Accept-Language": "en", "Referer": address, "X-Forwarded-For": f"9.9.9.{number}"}
    with opener.open(urllib.request.Request(address, headers=headers), timeout=30) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token
    said = {"login": email or f"person{number}@example.org", "password": "guess", "csrfmiddlewaretoken": token[1]}
    body = urllib.parse.urlencode(said).encode()
    with opener.open(urllib.request.Request(address, body, headers), timeout=30) as answer:
        return answer.read().decode()


def test_a_witness_signs_the_log_through_the_proxy(installation: Topology, tmp_path):
    """Another machine, with nothing but the address: no settings, no database."""
    command = [sys.executable, "-m", "server.cli", "witness", installation.origin, "--state", str(tmp_path)]
    environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(installation.ca)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)
    assert (done.returncode, done.stderr) == (0, "") and "signed" in done.stdout
    (statement,) = (tmp_path / "statements").glob("*.json")
    assert json.loads(statement.read_text())["checkpoint"]["origin"] == installation.origin


def test_a_form_that_is_refused_unread_does_not_swallow_the_next_request(installation: Topology):
    """The proxy sends the next request on the same connection as soon as it has an answer, the body's end or not."""
    head = "Host: localhost\r\nX-Forwarded-Proto: https\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n"
    form = f"POST /display/ HTTP/1.1\r\n{head}{kind}\r\n"
    following = f"GET /healthz HTTP/1.1\r\n{head}\r\n".encode()
    with socket.create_connection(("127.0.0.1", installation.page_port), timeout=15) as line:
        line.sendall(form.encode())
        is_answered_early = bool(select.select([line], [], [], 1)[0])
        line.sendall(b"theme=dark" + (following if is_answered_early else b""))
        answers = line.recv(65_536)
        if not is_answered_early:
            line.sendall(following)
        while answers.count(b"HTTP/1.1 ") < 2:
            answers += line.recv(65_536)
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"403", b"200"]


def test_p16_in_small_every_guess_is_judged_counted_and_refused_and_every_right_code_served(installation: Topology):
    """Through the proxy and in process. How long right codes take is asked of the figure at its full size alone: here
    the machine has other things to do."""
    _is_passed, counts = p16.run_on(installation, seed=1, **p16.SMALL)
    assert set(counts) == COUNTS["P16"]
    by_way = {way: sum(given.values()) for way, given in counts["by_way"].items()}
    assert by_way[p16.PROXY] == p16.SMALL["proxied"]
    assert by_way[guessers.INSIDE_HALL] == by_way[guessers.INSIDE_ANYWHERE] > 0
    assert sum(by_way.values()) == p16.SMALL["guesses"] and counts["replies"]["texts_refused"] == 1
    assert p16.is_passed(counts | {"right_over_1_s": 0}, p16.SMALL["guesses"])


def test_nobody_ends_with_a_trace(installation: Topology):
    """Last: everything is told to stop as containers are, and does, without an error in any log."""
    for name in ("pages", "sockets-1", "sockets-2", "worker"):
        installation.processes[name].send_signal(signal.SIGTERM)
    for name in ("pages", "sockets-1", "sockets-2", "worker"):
        assert installation.processes[name].wait(timeout=40) in (0, -signal.SIGTERM), installation.log(name)[-2000:]
        lines = [row for row in installation.log(name).splitlines() if not row.startswith("Parvis: ")]
        assert [row for row in lines if not row.startswith("{")] == [], "what is no fact of ours is in no log"
        rows = [json.loads(row) for row in lines]
        errors = [row for row in rows if row["level"] in ("error", "critical")]
        assert not errors, json.dumps(errors)[-3000:]
    assert ask(installation, "/ws/spaces/4711/?code=000G")[0] in (502, 503)
    told = installation.log("proxy")
    assert '"level":"error"' in told
    # The proxy may say which of our own doors did not open, and not who knocked.
    last = re.sub(r"dial tcp 127\.0\.0\.1:\d+", "", told.rpartition("\n{")[2])
    assert not [word for word in ("4711", "000G", "remote_ip", "127.0.0.1") if word in last]
