"""What a publisher does to the order of online and hall, in a vote that was frozen so that online closes first."""

from __future__ import annotations

import json
import random

from .engine import Folder, NotHere, publisher


def moved(folder: Folder, index: int, to: int) -> None:
    """One record at another place of the list. Each chain still holds by its numbers, and no longer by its places."""
    headers = folder.headers
    headers.insert(to, headers.pop(index))
    folder.set_log(headers)


def places(folder: Folder) -> tuple[list[dict], int]:
    """The headers of a vote that was frozen so, and where online was closed."""
    headers = [json.loads(header) for header in folder.headers]
    closed = [index for index, one in enumerate(headers) if one["type"] == "box.online_closed"]
    if not closed:
        raise NotHere
    return headers, closed[0]


@publisher
def the_hall_opened_before_online_was_closed(folder: Folder, rng: random.Random) -> None:
    headers, closed = places(folder)
    moved(folder, closed, next(i for i, one in enumerate(headers) if i > closed and one["type"] == "meeting.state"))


@publisher
def a_ballot_came_online_after_it_was_closed(folder: Folder, rng: random.Random) -> None:
    headers, closed = places(folder)
    house = headers[closed]["dev"]
    cast = [i for i, one in enumerate(headers[:closed]) if (one["type"], one["dev"]) == ("ballot.sealed", house)]
    if not cast:
        raise NotHere
    moved(folder, cast[-1], closed)
