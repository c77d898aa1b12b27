"""Databases of one's own on a PostgreSQL of the tests."""

from __future__ import annotations

import psycopg


def new_database(url: str, name: str, like: str = "template1") -> str:
    """A database of this name on the server behind ``url``, made after another. Returns its own URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return url.rsplit("/", 1)[0] + f"/{name}"
