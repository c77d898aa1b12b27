"""Ready forms of a space. Each is a document as ``documents`` describes it, in a file of this folder.

What a blueprint holds of a kind that no room offers yet is passed over, and is there once the room is.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from server.processes.document_checks import checked
from server.processes.documents import SpaceDocument

HERE = Path(__file__).parent
# In the order in which the office offers them.
NAMES = ("participatory_budget", "idea_box", "town_meeting", "citizens_assembly", "text_consultation")


@cache
def written(name: str) -> dict[str, Any]:
    """The document as it stands in its file. Raises KeyError for a name that is none."""
    if name not in NAMES:
        raise KeyError(name)
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def blueprint(name: str) -> SpaceDocument:
    """The parts that rooms of this release offer. Raises KeyError."""
    return checked(written(name), is_ours=True)
