"""``docs/operators.md`` names commands, figures, checks and files that exist, and leaves out none of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import cli
from server.ledger.schemas import SCHEMAS, role_of
from server.operations import figures
from server.operations.health import CHECKS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operators.md").read_text()


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"\bparvis (setup|serve|pages|worker|manage|[a-z]+)\b(?= [\"/`<-]|`|$)", PAGE, re.MULTILINE))
    known = {"serve", "pages", "worker", "manage", *cli.SUBCOMMANDS}
    assert {"backup", "restore", "setup", "ready", "pages", "worker"} <= named - {"parvis"} <= known


def test_every_check_of_readiness_is_named():
    assert all(f"`{name}`" in PAGE for name in CHECKS)


@pytest.mark.django_db
def test_every_figure_is_explained():
    told = set(re.findall(r"`(parvis_[a-z_]+)`", PAGE)) - {role_of(schema) for schema in SCHEMAS}
    own = set(re.findall(r"^# TYPE (parvis_\w+)", figures.page().decode(), re.MULTILINE))
    assert told == {name for name in own if not name.endswith("_created")}


def test_every_file_that_is_named_is_there():
    for name in re.findall(r"`((?:deploy|server|tools)/[\w./]+)`", PAGE):
        assert (ROOT / name).exists(), name


def test_the_unit_starts_what_there_is():
    unit = (ROOT / "deploy/parvis.service").read_text()
    commands = re.findall(r"^ExecStart(?:Pre)?=/opt/parvis/\.venv/bin/parvis (.+)$", unit, re.MULTILINE)
    assert commands == ["setup", "serve --port 8000"]
    assert cli.parser().parse_args(commands[1].split()).port == 8000
