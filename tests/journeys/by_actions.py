"""What no page shows, asked inside the live site's environment (``Hall.act``). The last line printed is JSON."""

from __future__ import annotations

import json


def show_layout(box: str) -> None:
    """Where the squares of the sheets are: what the eyes of whoever holds a pen see."""
    from server.voting.models import Box

    print(json.dumps({"layout": Box.objects.get(ref=box).layout}))


def make_hall(slug: str, *, has_evening: bool = False) -> None:
    """A vote of its own in an open session: invitations for two kiosks, passes of its stack, codes from elsewhere."""
    from server.devices.actions import create_enrolment
    from server.voting.actions import make_passes
    from tests.server.votes import make_session, make_vote, print_sheets

    vote = make_vote(slug=slug, officer=f"{slug}@example.org", people=4)
    elsewhere = make_vote(slug=f"{slug}-elsewhere", officer=f"{slug}-elsewhere@example.org")
    invitations = [create_enrolment(session=vote.session, label=f"K{n}", by=vote.officer)[1] for n in (1, 2)]
    foreign = {
        "of another vote": elsewhere.stack[0],
        "a letter": vote.letters[0],
        "the serial of a sheet": print_sheets(vote, 1)[0][0],
    }
    if has_evening:
        foreign["of another session"] = make_passes(session=make_session(vote.box), quantity=1)[0][0]
    told = {
        "session": vote.session.ref,
        "pin": vote.session.operator_pin,
        "invitations": [code.grouped for code in invitations],
        "passes": [vote.hand_over(person).grouped for person in range(2)],
        "foreign": {name: code.grouped for name, code in foreign.items()},
    }
    print(json.dumps(told))


def make_desks(slug: str, *, people: int = 8, sessions: int = 1) -> None:
    """A vote of its own with a roll: invitations for two desks, with an unlock card for each, and the PIN's kiosk."""
    from server.devices.actions import create_enrolment
    from server.voting.actions import make_unlock_card
    from tests.server.votes import make_session, make_vote

    vote = make_vote(slug=slug, officer=f"{slug}@example.org", people=people)
    places = [vote.session, make_session(vote.box) if sessions > 1 else vote.session]
    desks = []
    for number, session in enumerate(places, start=1):
        _row, code = create_enrolment(session=session, label=f"D{number}", mode="desk", by=vote.officer)
        card = make_unlock_card(session=session, label=f"D{number}", by=vote.officer)[1]
        desks.append({"invitation": code.grouped, "card": card.grouped})
    people_of = [
        {"name": entry.family_name, "given": entry.given_name, "number": entry.number} for entry in vote.entries
    ]
    told = {"session": vote.session.ref, "box": vote.box.ref, "desks": desks, "people": people_of}
    told["passes"] = [code.grouped for code in vote.stack]
    print(json.dumps(told))


def marked_people(box: str) -> None:
    """Numbers of everybody whose right is used in person, how many are marked twice, and what desks brought."""
    from server.ledger.applying import apply_pending
    from server.voting.models import Challenge, DeskDeed, PresenceMark, WalkIn

    apply_pending()
    marks = PresenceMark.objects.filter(box__ref=box, is_restored=False).order_by("entry__number")
    told = {
        "marked": list(marks.values_list("entry__number", flat=True)),
        "twice": list(Challenge.objects.filter(mark__box__ref=box).values_list("mark__entry__number", flat=True)),
        "outcomes": sorted(DeskDeed.objects.filter(session__boxes__ref=box).values_list("kind", "outcome", "reason")),
        "walk_ins": list(WalkIn.objects.filter(roll__boxes__ref=box).values_list("family_name", flat=True)),
    }
    print(json.dumps(told))


def settle_hall(session: str) -> None:
    """Close, reconcile and open. Which ballots count, which do not, and the seed that decides between equals."""
    from server.accounts.models import User
    from server.ledger.models import Record
    from server.meetings.models import Session
    from server.voting import actions, boxkeys
    from tests.server.votes import Vote

    row = Session.objects.get(ref=session)
    box = row.boxes.get()
    vote = Vote(box=box, session=row, officer=User.objects.get(email=f"{box.space.slug}@example.org"))
    counts = {"passes_unused": 6, "passes_spoiled": 0, "passes_returned": 0, "sheets_in_box": 0, "sheets_unused": 1}
    opened = actions.open_box(box=vote.reconcile(**counts), by=vote.officer)
    ballots = Record.objects.filter(session_ref=session, type="ballot.sealed").values_list("id", flat=True)
    told = {
        "ballots": list(ballots),
        "counted": [sorted(cvr.choices["q1"]) for cvr in opened.cast_vote_records.all()],
        "superseded_by_rule": opened.settlement["superseded_by_rule"],
        "seed": boxkeys.seed(opened).hex(),
    }
    print(json.dumps(told))


def make_ideas_on_paper() -> None:
    """A space in which people propose, also on paper; an organiser, and a volunteer who scans."""
    from tests.server.proposals.ideas import make_ideas, organiser, person

    component = make_ideas(doors=["web", "paper"])
    volunteer = person("vera")
    component.space.roles.create(user=volunteer, role="scanner")
    told = {"slug": component.space.slug, "component": component.pk}
    print(json.dumps(told | {"organiser": organiser(component.space).email, "volunteer": volunteer.email}))


def show_card(component: int) -> None:
    """Where the lines of the card are: what the eyes of whoever holds a pen see."""
    from server.cards.models import CardForm

    print(json.dumps({"layout": CardForm.objects.get(run__component=component).layout}))


def make_workshop(slug: str) -> None:
    """A session that asks for ideas beside its vote: four ideas, twelve passes, the invitation of one kiosk."""
    from django.utils import timezone

    from server.devices.actions import create_enrolment
    from server.processes.models import Space
    from tests.server.proposals.ideas import make_ideas, propose
    from tests.server.votes import make_vote

    vote = make_vote(slug=slug, officer=f"{slug}@example.org", passes=12)
    Space.objects.filter(slug=slug).update(published_at=timezone.now())
    component = make_ideas(space=Space.objects.get(slug=slug))
    refs = [propose(component, title).ref for title in ("Un banc", "Deux bancs", "Une fontaine", "Des saules")]
    told = {
        "session": vote.session.ref,
        "component": component.pk,
        "pin": vote.session.operator_pin,
        "invitation": create_enrolment(session=vote.session, label="K1", by=vote.officer)[1].grouped,
        "passes": [code.grouped for code in vote.stack],
        "ideas": refs,
    }
    print(json.dumps(told))


def end_workshop(component: int, joined: list[str]) -> None:
    """While the kiosk is away: two of the ideas become one, and the phase that asked for them ends."""
    from server.processes.models import Component
    from server.proposals.answering import join_proposals
    from server.proposals.models import Proposal
    from server.proposals.texts import Text
    from server.proposals.writing import About
    from tests.server.proposals.ideas import close, organiser

    here = Component.objects.get(pk=component)
    parts = list(Proposal.objects.filter(ref__in=joined))
    text = Text("Des bancs", "Partout.")
    one = join_proposals(proposals=parts, text=text, about=About(), by=organiser(here.space))
    close(here)
    print(json.dumps({"into": one.ref, "number": one.number}))


def ideas_of(component: int, session: str) -> None:
    """What became of a session's ideas: endorsements of each by door, what was written there and said about them, how
    records ended."""
    from server.discussion.models import Comment
    from server.ledger.applying import apply_pending
    from server.ledger.models import Record
    from server.proposals.endorsing import by_door
    from server.proposals.models import Proposal

    apply_pending()
    rows = Proposal.objects.filter(component=component).order_by("number")
    types = ["proposal.version", "endorsement.given", "endorsement.withdrawn", "comment.written"]
    said = Comment.objects.filter(component=component).counted().order_by("pk")
    records = Record.objects.in_session(session).brought_by_devices().filter(type__in=types)
    told = {
        "endorsed": {one.ref: [one.endorsement_count, by_door(one)] for one in rows},
        "written": [[one.title, one.author_name, one.session_ref] for one in rows.filter(door="kiosk")],
        "said": list(said.values_list("subject_ref", "body", "stance", "author_name", "door")),
        "records": list(records.order_by("seq").values_list("type", "verdict", "reason")),
    }
    print(json.dumps(told))


def make_text_place(slug: str) -> None:
    """A component for a text, still empty, in the space of the banks; its phase lets people comment and amend."""
    from django.utils import timezone

    from server.processes.models import Opening, Space

    space = Space.objects.get(slug=slug)
    component = space.components.create(
        kind="proposals", title={"en": "The rules of the quay", "fr": "Le règlement du quai"}, position=9,
        settings={"is_text": True, "takes_amendments": True}, published_at=timezone.now(),
    )  # fmt: skip
    for activity in ("comment", "amend"):
        Opening.objects.create(
            phase=space.phases.get(position=1), component=component, activity=activity, doors=["web"]
        )
    told = {"public": component.get_absolute_url(), "office": f"/office/{slug}/proposals/{component.pk}/text/"}
    print(json.dumps(told))
