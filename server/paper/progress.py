"""Work of paper that a machine does in the background: printing, reading."""

from __future__ import annotations

UNDER_WAY = frozenset({"waiting", "printing", "reading"})


class Progress:
    """Beside a model with a ``status`` of ``PrintRun.Status`` or ``ScanBatch.Status``."""

    status: str

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY
