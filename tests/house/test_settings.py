"""What production must say, what it must not, and that the example of it leaves nothing out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer

from server.config.demands import PLACEHOLDER, REQUIRED, complaints
from server.config.languages import read_languages

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DEBUG": "0",
    "SECRET_KEY": "0123456789abcdef" * 4,
    "PARVIS_ORIGIN": "https://vote.town.example",
    "ALLOWED_HOSTS": "vote.town.example",
    "PARVIS_TRUSTED_PROXIES": "172.30.0.0/24",
    "EMAIL_URL": "dummymail://",
}
# Read by tools alone, or by Python itself; nobody who runs an installation sets them.
NOT_FOR_OPERATORS = {"PARVIS_LOCALE"}


def load(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PARVIS_VAR": str(folder)}
    command = [sys.executable, "-c", "import server.config.settings"]
    return subprocess.run(command, env={**clean, **environment}, capture_output=True, text=True, cwd=ROOT)


def test_production_that_says_all_of_it_starts(tmp_path: Path):
    assert complaints(GOOD, is_debug=False) == []
    done = load(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", [*REQUIRED, "PARVIS_TRUSTED_PROXIES"])
def test_production_says_plainly_which_setting_is_missing(missing: str):
    told = complaints({name: value for name, value in GOOD.items() if name != missing}, is_debug=False)
    assert [words for words in told if words.startswith(f"Set {missing} in the environment")]


def test_all_that_is_missing_is_told_at_once(tmp_path: Path):
    done = load(tmp_path, DEBUG="0")
    assert done.returncode != 0
    for name in REQUIRED:
        assert f"Set {name} in the environment" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "too short"),
        ("SECRET_KEY", PLACEHOLDER * 6, "words of the example"),
        ("EMAIL_URL", f"smtp://a:{PLACEHOLDER}@b", "words of the example"),
        ("ALLOWED_HOSTS", "*", "must name the hosts"),
        ("ALLOWED_HOSTS", "elsewhere.example", "must hold vote.town.example"),
        ("PARVIS_ORIGIN", "vote.town.example", "without a path"),
        ("PARVIS_ORIGIN", "https://vote.town.example/parvis", "without a path"),
        ("PARVIS_ORIGIN", "http://vote.town.example", "must begin with https"),
        ("PARVIS_NO_RATE_LIMITS", "1", "for rehearsals"),
        ("PARVIS_TEST_VERSIONS", "ballot.sealed=2", "for tests"),
        ("PARVIS_FAILPOINTS", "/tmp/points", "for benches on one machine"),
    ],
)
def test_what_is_unsafe_in_production_is_refused_in_words(name: str, value: str, words: str):
    told = complaints({**GOOD, name: value}, is_debug=False)
    assert len(told) == 1
    assert words in told[0]


def test_failpoints_are_for_a_bench_that_says_it_runs_on_this_machine():
    """F1. Debugging or not."""
    bench = {"PARVIS_FAILPOINTS": "/tmp/points", "PARVIS_ORIGIN": "http://localhost:8000", "ALLOWED_HOSTS": "localhost"}
    assert complaints({**GOOD, **bench}, is_debug=False) == complaints(bench, is_debug=True) == []
    for origin in ("http://parvis.lan", ""):
        told = complaints({**bench, "PARVIS_ORIGIN": origin}, is_debug=True)
        assert len(told) == 1 and "PARVIS_FAILPOINTS" in told[0]


def test_a_closed_network_may_go_without_certificates_when_that_is_said():
    lan = {**GOOD, "PARVIS_ORIGIN": "http://parvis.lan", "ALLOWED_HOSTS": "parvis.lan", "PARVIS_ALLOW_HTTP": "1"}
    assert complaints(lan, is_debug=False) == []


def test_the_languages_of_the_texts_are_read_each_once_and_without_those_of_the_pages():
    assert read_languages([" AR ", "tr", "", "fr", "ar"], ["fr", "en"]) == ["ar", "tr"]
    assert read_languages([], ["fr", "en"]) == []


@pytest.mark.parametrize("code", ["klingon", "xx", "pt-br", "zh"])
def test_a_language_that_has_no_name_is_refused_in_words(code: str):
    with pytest.raises(ValueError, match=code):
        read_languages(["ar", code], ["fr", "en"])


def test_kiosks_offer_the_languages_of_the_texts_unless_told_otherwise(tmp_path: Path):
    """And a wrong one keeps the house from starting."""
    code = "import server.config.settings as s; print(*s.PARVIS_KIOSK_LANGUAGES)"
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PARVIS_VAR": str(tmp_path)}
    for said, told in (
        ({"PARVIS_CONTENT_LANGUAGES": "ar"}, "fr en ar"),
        ({"PARVIS_CONTENT_LANGUAGES": "ar", "PARVIS_KIOSK_LANGUAGES": "ar,fr"}, "ar fr"),
        ({"PARVIS_CONTENT_LANGUAGES": "klingon"}, ""),
    ):
        done = subprocess.run([sys.executable, "-c", code], env=clean | said, capture_output=True, text=True, cwd=ROOT)
        assert done.stdout.strip() == told
    assert "PARVIS_CONTENT_LANGUAGES: 'klingon'" in done.stderr


def test_debugging_is_refused_at_a_public_address():
    assert complaints({"PARVIS_ORIGIN": "https://vote.town.example"}, is_debug=True) != []
    assert complaints({}, is_debug=True) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PARVIS_TRUSTED_PROXIES", "my-proxy", "PARVIS_TRUSTED_PROXIES"),
        ("PARVIS_VAR", "/proc/none/var", "cannot be made"),
        ("PARVIS_LOGS", "xml", "PARVIS_LOGS is json or lines"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL is DEBUG"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str, words: str):
    done = load(tmp_path, **{**GOOD, name: value})
    assert done.returncode != 0
    assert words in done.stderr.splitlines()[-1]


def test_a_command_tells_what_is_missing_without_a_trace(tmp_path: Path):
    environment = {"PATH": os.environ["PATH"], "PARVIS_VAR": str(tmp_path), "DEBUG": "0"}
    command = [sys.executable, "-m", "server.cli", "worker"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "Set SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_doorbell_that_nobody_rings_outlives_the_wait_for_redis(tmp_path: Path):
    code = (
        "import server.config.settings as s; print(s.CHANNEL_LAYERS['default']['CONFIG']['hosts'][0]['socket_timeout'])"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PARVIS_VAR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        **GOOD,
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT)
    assert int(done.stdout) > 2 * RedisChannelLayer.brpop_timeout


def names_read_by_settings() -> set[str]:
    text = "".join(path.read_text() for path in (ROOT / "server/config").glob("*.py"))
    read = re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', text) + re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', text)
    return set(read) - NOT_FOR_OPERATORS - {"DJANGO_SETTINGS_MODULE"}


def names_read_by_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))


def names_in_the_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_the_example_holds_every_setting_and_no_other():
    assert names_in_the_example() == names_read_by_settings() | names_read_by_compose()


def test_the_example_as_it_stands_does_not_start():
    lines = re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert any("words of the example" in words for words in complaints(dict(lines), is_debug=False))
