"""Databases of one's own: on a PostgreSQL of the tests, and the tables in them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]


def run_on(url: str, folder: Path, *words: str) -> None:
    """Python with these words, in the environment of an installation with that database. Raises CalledProcessError."""
    own = {"PARVIS_VAR": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "server.config.settings"}
    subprocess.run([sys.executable, *words], cwd=ROOT, env={**os.environ, **own}, check=True)


def migrate(url: str, folder: Path) -> None:
    run_on(url, folder, "manage.py", "migrate", "-v", "0")


def new_database(url: str, name: str, like: str = "template1") -> str:
    """A database of this name on the server behind ``url``, made after another. Returns its own URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return url.rsplit("/", 1)[0] + f"/{name}"
