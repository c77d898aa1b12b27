"""What a filled town has to say: see ``tests.server.rooms``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from server.accounts.models import User
from server.discussion.actions import Author, edit_comment, write_comment
from server.discussion.models import Debate
from server.discussion.office_actions import component_of, publish_debate, save_debate
from server.discussion.subjects import find
from server.moderation import reportables as things
from server.moderation.actions import hide, report
from server.moderation.models import Block
from server.processes.models import Opening
from server.processes.origin import Origin

if TYPE_CHECKING:
    from tests.server.rooms import Rooms


def fill_talk(rooms: Rooms, officer: User, person: User) -> None:
    """A debate with a comment of the resident, one from paper that is hidden, one that waits, and a report."""
    space = rooms.vote.box.space
    title = space.title
    debate = Debate(component=component_of(space), title=title, description=title)
    publish_debate(debate=save_debate(debate=debate, by=officer), by=officer)
    debate.refresh_from_db()
    phase, doors = space.phases.get(), ["web", "paper", "desk"]
    Opening.objects.create(phase=phase, component=debate.component, activity="comment", doors=doors)
    subject, web = find("debate", debate.ref), Origin(door="web")
    assert subject is not None
    said = [
        write_comment(subject=subject, ref=f"{number:032x}", text=text, author=author, origin=origin, **facts)
        for number, (text, author, origin, facts) in enumerate(
            [
                ("Un banc près du lavoir.", Author(user=person), web, {"stance": "for"}),
                (
                    "Pas sous le tilleul.",
                    Author(name="Carte 12", kind="card"),
                    Origin(door="paper", operator=officer),
                    {},
                ),
                ("Voir http://a.example, http://b.example", Author(user=person), web, {}),
                ("Oui.", Author(user=officer), web, {"parent": f"{0:032x}"}),
            ]
        )
    ]
    edit_comment(comment=said[0], text="Un banc près du vieux lavoir.", by=person, origin=web)
    hide(thing=things.find("comment", said[1].ref), reason="private", by=officer)
    report(thing=things.find("comment", said[3].ref), reason="off_topic", by=person, source="192.0.2.7")
    until = timezone.now() + dt.timedelta(days=1)
    blocked = Block.objects.create(space=space, user=officer, why="x", until=until)
    rooms.at("office_moderation:lift", blocked)
    rooms.places |= {"kind": "debate"}
    rooms.at("discussion:debates", debate.component)
    for names in (
        "discussion:debate write",
        "office_discussion:enter debate edit conclude publish unpublish close reopen",
    ):
        rooms.at(names, debate.ref, "ref")
    for names in ("discussion:comment edit withdraw useful", "moderation:report"):
        rooms.at(names, said[0].ref, "ref")
    for names in ("moderation:report", "office_moderation:thing hide show keep block"):
        rooms.at(names, "comment", "kind")
    rooms.at("office_moderation:thing hide show keep block", said[3].ref, "ref")
