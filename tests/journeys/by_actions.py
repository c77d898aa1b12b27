"""What no page shows, asked inside the live site's environment (``Hall.act``). The last line printed is JSON."""

from __future__ import annotations

import json


def show_layout(box: str) -> None:
    """Where the squares of the sheets are: what the eyes of whoever holds a pen see."""
    from server.voting.models import Box

    print(json.dumps({"layout": Box.objects.get(ref=box).layout}))
