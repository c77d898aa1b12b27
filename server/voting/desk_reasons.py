"""Why a pass is void, as its record says it: what lies on the desk is counted at the closing, what is lost is not."""

from __future__ import annotations

GIVEN_BACK = "given back"  # the hand-over itself is undone: with the spoiled passes
RETURNED = "returned"  # handed over, brought back unused: with the returned passes
LOST = "lost"  # nobody holds it
