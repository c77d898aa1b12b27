"""``compose.yaml``, ``Dockerfile`` and ``Caddyfile`` read against what they name: no container is needed for that.

The same commands run natively in ``test_topology.py``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from server import cli
from server.operations.health import CHECKS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text()
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "parvis"}
# The tools inside the images of others, as their makers document them.
FOREIGN = {"caddy": {"caddy"}, "postgres": {"pg_isready"}, "redis": {"redis-server", "redis-cli"}}


def filled(word: str) -> str:
    """The word with the defaults of its variables."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", str(word))


def understood(words: list[str]) -> None:
    """Raises SystemExit or AssertionError when ``parvis`` would not take these words."""
    assert words[0] == "parvis"
    name = words[1]
    if name in cli.SUBCOMMANDS:
        assert callable(import_module(cli.SUBCOMMANDS[name][0]).main)
    else:
        cli.parser().parse_args(words[1:])


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def test_the_stack_has_the_parts_that_were_promised():
    assert {"proxy", "pages", "sockets-1", "sockets-2", "worker", "database", "redis", "setup"} == set(SERVICES)
    assert set(OURS) == {"setup", "pages", "sockets-1", "sockets-2", "worker"}


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_ours_exists_and_takes_its_words(name: str):
    understood([filled(word) for word in OURS[name]["command"]])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_stays_has_a_health_check_that_exists(name: str):
    service = SERVICES[name]
    if service.get("restart") == "no":
        return
    kind, *words = service["healthcheck"]["test"]
    words = shlex.split(words[0]) if kind == "CMD-SHELL" else words
    if name not in OURS:
        assert words[0] in FOREIGN[service["image"].partition(":")[0]]
    elif words[1] == "probe":
        assert words[2] == "/healthz"
        assert option(words, "--port") == option(service["command"], "--port")
    else:
        assert words[:2] == ["parvis", "ready"]
        assert set(words[2:]) <= set(CHECKS)


@pytest.mark.parametrize("name", SERVICES)
def test_who_is_waited_for_can_say_that_it_is_there(name: str):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no"


def test_every_volume_and_network_is_declared_and_used():
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    sources = {mount.split(":")[0] for mount in mounts}
    assert {source for source in sources if not source.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / source).exists() for source in sources if source.startswith("."))
    networks = {network for service in SERVICES.values() for network in service["networks"]}
    assert networks == set(COMPOSE["networks"])


def test_database_and_redis_are_reached_from_inside_alone():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("database", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_x16_the_proxy_reaches_the_pages_by_the_network_that_is_believed():
    subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    for name, service in OURS.items():
        assert service["environment"]["PARVIS_TRUSTED_PROXIES"] == subnet, name
        assert set(service["networks"]) & set(SERVICES["proxy"]["networks"]) == {"inside"}, name


@pytest.mark.parametrize("name", OURS)
def test_ours_run_without_rights_that_they_do_not_need(name: str):
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "house:/var/lib/parvis" in service["volumes"]


def test_no_secret_has_a_default():
    text = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"\$\{POSTGRES_PASSWORD[^}]*\}", text)
    assert not re.search(r"\$\{POSTGRES_PASSWORD(?!:\?)", text)


def test_x23_the_database_writes_no_statement_into_its_log():
    assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(SERVICES["database"]["command"])


def test_nothing_serves_before_the_database_is_of_this_release():
    for name in set(OURS) - {"setup"}:
        assert OURS[name]["depends_on"]["setup"] == {"condition": "service_completed_successfully"}


def test_the_proxy_sends_people_where_services_listen():
    environment = SERVICES["proxy"]["environment"]
    used = set(re.findall(r"\{\$([A-Z_]+)", CADDYFILE))
    ports = {"HTTP_PORT", "HTTPS_PORT"}  # inside the container they are what they are by default
    assert used - ports == set(environment)
    for address in f"{environment['PAGES']} {environment['SOCKETS']}".split():
        name, port = address.split(":")
        assert option(SERVICES[name]["command"], "--port") == port
        assert option(SERVICES[name]["command"], "--bind") == "0.0.0.0"
    for default in re.findall(r"\{\$(?:PAGES|SOCKETS):([^}]+)\}", CADDYFILE):
        assert default in (environment["PAGES"], environment["SOCKETS"])
    assert SERVICES["proxy"]["ports"] == ["${HTTP_PORT:-80}:80", "${HTTPS_PORT:-443}:443"]


def test_the_caddyfile_is_valid():
    if not shutil.which("caddy"):
        assert not os.environ.get("REQUIRE_SERVICES"), "Caddy is not installed"
        pytest.skip("Caddy is not installed: apt-get install caddy")
    words = {"PARVIS_HOST": "vote.town.example", "PARVIS_ORIGIN": "https://vote.town.example"}
    for tls in ("internal", "operator@town.example"):
        command = ["caddy", "validate", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **words, "PARVIS_TLS": tls}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]


class TestImage:
    def test_what_is_copied_exists_and_secrets_stay_out(self):
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
            *sources, _target = line.split()
            assert all((ROOT / source).exists() for source in sources), line
        ignored = (ROOT / ".dockerignore").read_text().split()
        assert {".env", ".git", "var", ".venv"} <= set(ignored)

    def test_it_runs_without_root(self):
        last = DOCKERFILE.rpartition("\nFROM ")[2]
        assert re.search(r"^USER parvis$", last, re.MULTILINE)
        assert last.index("USER parvis") < last.index("CMD")

    def test_its_command_is_understood(self):
        words = yaml.safe_load(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
        understood(words)

    def test_libraries_come_with_their_hashes_from_the_lock(self):
        assert "--require-hashes" in DOCKERFILE
        assert "-r requirements/run.lock.txt" in DOCKERFILE

    def test_the_volume_is_where_the_installation_keeps_its_things(self):
        folder = re.findall(r"PARVIS_VAR=(/var/\S+)", DOCKERFILE)[0]
        assert re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE) == [folder]
        assert all(f"house:{folder}" in service["volumes"] for service in OURS.values())
