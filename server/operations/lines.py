"""Lines to the database that are used again: by page workers and by the threads of daphne (``pages``, ``handling``)."""

from __future__ import annotations

from typing import Any


def kept_for(seconds: int) -> dict[str, Any]:
    """Settings of a connection that stays between requests; it is tried first, since it may have been cut meanwhile."""
    return {"CONN_MAX_AGE": seconds, "CONN_HEALTH_CHECKS": True}
