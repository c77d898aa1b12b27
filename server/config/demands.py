"""What an installation in production must say, and what it must not: pure, so that all complaints are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SHORTEST_SECRET = 50
PLACEHOLDER = "change-me"
# What has no safe default, and why it is asked for.
REQUIRED = {
    "SECRET_KEY": "it signs sessions and links; make one with: openssl rand -hex 32",
    "ALLOWED_HOSTS": "the host names of this site, divided by commas",
    "PARVIS_ORIGIN": "the public address of this site, as https://vote.town.example",
    "EMAIL_URL": "how letters leave, as smtp+tls://user:password@mail.example:587; dummymail:// sends none",
}


def complaints(environment: Mapping[str, str], *, is_debug: bool) -> list[str]:
    """Sentences, one for each setting that is missing or unsafe; empty when all is well."""
    said = {name: value for name in environment if (value := environment[name].strip())}
    if is_debug:
        return _of_debugging(said) + _of_the_bench(said)
    found = [f"Set {name} in the environment: {why}." for name, why in REQUIRED.items() if name not in said]
    found += [
        f"{name} still holds the words of the example: replace {PLACEHOLDER}."
        for name in ("SECRET_KEY", "DATABASE_URL", "PARVIS_METRICS_TOKEN", "EMAIL_URL")
        if PLACEHOLDER in said.get(name, "")
    ]
    if 0 < len(said.get("SECRET_KEY", "")) < SHORTEST_SECRET:
        found.append(f"SECRET_KEY is too short: at least {SHORTEST_SECRET} characters; openssl rand -hex 32 gives 64.")
    if "*" in said.get("ALLOWED_HOSTS", "").split(","):
        found.append("ALLOWED_HOSTS must name the hosts: with * anyone's address may stand in our letters.")
    if "PARVIS_ORIGIN" in said:
        found += _of_the_origin(said)
    return found + _of_the_bench(said)


def _of_the_bench(said: Mapping[str, str]) -> list[str]:
    host = urlsplit(said.get("PARVIS_ORIGIN", "")).hostname or ""
    if "PARVIS_FAILPOINTS" in said and not is_local(host):
        return ["PARVIS_FAILPOINTS is for benches on one machine: it has the server kill itself. Remove it."]
    return []


def _of_debugging(said: Mapping[str, str]) -> list[str]:
    """The one thing that ``DEBUG`` must not do: stand open to the world, with our insides on every page of an error."""
    origin = urlsplit(said.get("PARVIS_ORIGIN", ""))
    if origin.scheme == "https" and not is_local(origin.hostname or ""):
        return ["Set DEBUG=0 in the environment: PARVIS_ORIGIN is a public address."]
    return []


def is_local(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _of_the_origin(said: Mapping[str, str]) -> list[str]:
    origin = urlsplit(said["PARVIS_ORIGIN"])
    host = origin.hostname or ""
    if origin.scheme not in ("http", "https") or not host or origin.path.strip("/") or origin.query:
        return ["PARVIS_ORIGIN must be an address without a path, as https://vote.town.example."]
    found = []
    hosts = [name.strip().strip("[]").lstrip(".") for name in said.get("ALLOWED_HOSTS", "").split(",")]
    if hosts not in ([""], ["*"]) and not any(host == name or host.endswith(f".{name}") for name in hosts if name):
        found.append(f"ALLOWED_HOSTS must hold {host}, the host of PARVIS_ORIGIN.")
    if origin.scheme == "http" and not is_local(host) and not _is_yes(said.get("PARVIS_ALLOW_HTTP", "")):
        found.append(
            "PARVIS_ORIGIN must begin with https://. For a closed network without certificates set PARVIS_ALLOW_HTTP=1."
        )
    if origin.scheme == "https" and "PARVIS_TRUSTED_PROXIES" not in said:
        found.append(
            "Set PARVIS_TRUSTED_PROXIES in the environment: the addresses of the proxy in front, as 172.30.0.0/24, or"
            " none. Without it everyone behind the proxy would count as one person."
        )
    if origin.scheme == "https" and _is_yes(said.get("PARVIS_NO_RATE_LIMITS", "")):
        found.append("PARVIS_NO_RATE_LIMITS is for rehearsals: passwords could be tried without end.")
    if origin.scheme == "https" and said.get("PARVIS_TEST_VERSIONS", ""):
        found.append("PARVIS_TEST_VERSIONS is for tests: it lets this release pass for one that does not exist.")
    return found


def _is_yes(text: str) -> bool:
    return text.lower() in ("1", "true", "yes", "on", "y", "ok", "t")
