"""A space in which every room holds something: a row of every kind that the demo town does not have.

One place makes them all, for the table of who may open what (X8, X15), for the look at every page, and for the town in
which every text is a script (X5). What people do is done by the real actions; what would take an evening is a row.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from PIL import Image

from server.accounts.models import User
from server.budgets.actions import withdraw_projects
from server.devices.actions import create_enrolment
from server.ledger.models import Record
from server.notices.models import Notice
from server.notices.stopping import ALL_LETTERS, stop_link
from server.notices.telling import tell_all
from server.office.models import Act
from server.paper import storage
from server.processes import spool
from server.processes.invitations import invite
from server.processes.members import share_space
from server.processes.models import Phase, SpaceRole
from server.voting.actions import make_unlock_card
from server.voting.jobs import matched_purpose, sketch_purpose
from server.voting.match_sketch import MatchSketch
from server.voting.models import Box
from server.voting.out_of_line import groups_of
from server.voting.roll_sketch import RollSketch
from tests.server.cards.rooms import fill_cards
from tests.server.discussion.rooms import fill_talk
from tests.server.proposals.rooms import WORDS, fill_ideas
from tests.server.votes import Vote, make_box, make_vote, print_sheets, without_guards
from tests.server.voting.test_out_of_line import bring, damaged, lines_of
from tests.server.web.wild import Address

SPACE = "fete-du-lavoir"
TOKEN = "0" * 32
# A long one: it must break where a telephone ends.
IN_ARABIC = {"ar": "عيد المغسل والبستان والساحة القديمة وكل ما حولها من الأشجار والمقاعد"}
Row = dict[str, Any]


@dataclass
class Rooms:
    """``places``: what stands at the places of addresses. A key is a place, or an address with its place."""

    vote: Vote
    poll: Vote
    draft: Box
    sealed: Box
    places: dict[str, str] = field(default_factory=dict)
    ideas: Any = None

    def path(self, address: Address) -> str:
        """Where an address leads."""
        words = (self.places.get(f"{address.name} {place}") or self.places.get(place, "1") for place in address.places)
        return address.filled(tuple(words))

    def at(self, names: str, row: Any, place: str = "pk") -> None:
        """These addresses (of one room, after its name) lead to this row."""
        room, _colon, ends = names.partition(":")
        for end in ends.split():
            self.places[f"{room}:{end} {place}"] = str(getattr(row, "pk", row))


@transaction.atomic
def fill_rooms() -> Rooms:
    """The demo town is loaded; afterwards each of its rooms has something to show, and each address leads somewhere."""
    officer, person = (User.objects.get(email__startswith=f"{name}@") for name in ("organiser", "karim"))
    rooms = _votes(officer)
    _space(rooms, officer)
    fill_ideas(rooms, officer, person)
    fill_talk(rooms, officer, person)
    _fill_desk(rooms)
    _fill_office(rooms, officer, person)
    _fill_paper(rooms, officer)
    fill_cards(rooms, rooms.ideas, officer)
    _fill_box(rooms)
    _fill_site(rooms)
    _fill_account(rooms, person)
    return rooms


def make(name: str, /, **fields: Any) -> Any:
    """A row as whoever owns the tables could write it."""
    with without_guards():
        return apps.get_model(name)._base_manager.create(**fields)


def _votes(officer: User) -> Rooms:
    ways = {"takes_post": True, "post_deadline": WORDS, "proxies_per_holder": 2, "helped_per_helper": 3}
    vote = make_vote(slug=SPACE, people=14, passes=12, officer="fills@example.org", **ways)
    poll = make_vote(slug=f"{SPACE}-sondage", kind="poll", officer="asks@example.org")
    vote.officer = poll.officer = officer
    _damaged_kiosk(vote)
    draft = make_box(slug=f"{SPACE}-suite", people=0)
    sealed = make(
        "voting.Box", component=vote.box.component, roll=vote.box.roll, title=WORDS, doors=["web"], state="reconciled",
        definition=vote.box.definition, definition_hash=vote.box.definition_hash, layout=vote.box.layout,
    )  # fmt: skip
    for box, facts in ((draft, {}), (sealed, {"is_proved": True})):
        for number, name in enumerate(("Ana Ruiz", "Bruno Petit", "Chloé Roux"), start=1):
            make("voting.Trustee", box=box, number=number, name=name, salt=b"1" * 16, check_value=b"2" * 16, **facts)
    return Rooms(vote, poll, draft, sealed)


def _damaged_kiosk(vote: Vote) -> None:
    """Its disk changed one byte of a record: people must decide about the ballots behind it."""
    kiosk = vote.kiosk()
    for person in range(4, 8):
        kiosk.cast(vote.box.definition_hash, vote.hand_over(person), {"q1": ["bancs"]})
    lines = lines_of(kiosk)
    bring(kiosk, [*lines[:2], damaged(lines[2]), *lines[3:]])


def _space(rooms: Rooms, officer: User) -> None:
    """Public, with phases, and with the people who work in the demo town."""
    now = timezone.now()
    for box in (rooms.vote.box, rooms.poll.box, rooms.draft):
        box.space.title, box.space.summary, box.space.published_at = WORDS | IN_ARABIC, WORDS | IN_ARABIC, now
        box.space.save()
        box.component.published_at = now
        box.component.save()
        for role in ("organiser", "desk", "scanner"):
            user = User.objects.get(email=f"{role}@villeneuve.example")
            SpaceRole.objects.create(space=box.space, user=user, role=role)
    space, day = rooms.vote.box.space, {"starts_at": now, "ends_at": now + dt.timedelta(days=1)}
    phase = Phase.objects.create(space=space, title=WORDS | IN_ARABIC, promise=WORDS, activities=["vote"], **day)
    rooms.places |= {"slug": space.slug, "language": "fr", "moment": "opening"}
    rooms.at("office:phase_edit phase_delete phase_opens phase_begin phase_end phase_answer phase_close", phase)
    wall = make("processes.Component", space=space, kind="page", title=WORDS | IN_ARABIC, position=9, published_at=now)
    group = make("processes.SpaceGroup", slug="lavoirs", title=WORDS | IN_ARABIC)
    rooms.at("processes:group", group.slug, "slug")
    rooms.at("office:group", group)
    space.group = group
    space.save()
    member = make("processes.Member", space=space, name="Ida Nouveau", part=WORDS)
    rooms.at("office:member_remove", member)
    token, link = share_space(space=space, label="Presse", expires_at=now + dt.timedelta(days=9), by=officer)
    rooms.at("office:share_revoke", token)
    rooms.at("processes:shared", link.rstrip("/").rpartition("/")[2], "code")
    taxon = make("processes.Taxon", space=space, title=WORDS | IN_ARABIC)
    rooms.at("office:taxon taxon_move taxon_delete", taxon)
    rooms.at("office:component component_move component_show component_delete", wall)
    rooms.at("office:team_remove", space.roles.get(role="desk"))
    invitation, link = invite(space=space, email="new@example.org", role="observer", by=officer)
    rooms.at("office:invitation_revoke", invitation)
    rooms.at("invitations:answer", link.rstrip("/").rpartition("/")[2], "code")
    project = rooms.vote.box.component.budget.projects.first()
    rooms.at("budgets:project", project)
    rooms.at("office_budgets:project_edit", project)
    withdrawn = rooms.draft.component.budget.projects.first()
    withdraw_projects(budget=withdrawn.budget, numbers=[withdrawn.pk], by=officer)
    rooms.at("office_budgets:project_delete", withdrawn)
    rooms.at("office_budgets:project_delete", rooms.draft.space.slug, "slug")


def _fill_desk(rooms: Rooms) -> None:
    """Somebody is marked, one comes by proxy, one is on no roll, one was helped; an envelope came back."""
    vote, session = rooms.vote, rooms.vote.session
    vote.hand_over(13)
    mark = session.presence_marks.latest("pk")
    rooms.at("desk:give_back", mark, "mark")
    rooms.at("desk:challenge", vote.entries[12], "entry")
    twice = make("voting.Challenge", mark=mark, session=session, reason="on the list of the hall as well")
    rooms.at("office_voting:challenge", twice)
    sample = make(
        "voting.Sample", box=vote.box, seed="6 2 5", size=1, marks=1, answer_by=timezone.localdate(),
        answer_to="Mairie, 1 place du Lavoir",
    )  # fmt: skip
    make("voting.SampleLetter", sample=sample, mark=mark, place=1)
    rooms.at("office_closing:sample_letter", 1, "place")
    giver, holder = vote.entries[10], vote.entries[11]
    proxy = make("voting.Proxy", box=vote.box, giver=giver, holder=holder, place=1, most=2, shown="passport")
    rooms.at("office_voting:proxy", proxy)
    rooms.at("desk:proxy_revoke proxy_use", giver, "entry")
    rooms.at("desk:proxy match mark", holder, "entry")
    walk_in = make(
        "voting.WalkIn", session=session, roll=vote.box.roll, family_name="Nouveau", given_name="Ida",
        birth_date="1980-05-01", address="2, rue du Puits", shown="passport", reason="moved last week",
    )  # fmt: skip
    rooms.at("office_voting:walk_in", walk_in)
    make("voting.Assistance", session=session, name="Ida Nouveau", helper="ida nouveau", place=1, most=3)
    came, sent = (
        make(
            "voting.Envelope",
            box=vote.box,
            session=session,
            entry=vote.entries[8 + at],
            check_value=f"{at:032x}",
            state=state,
        )
        for at, state in enumerate(("received", "sent"))
    )
    rooms.at("office_voting:envelope", came)
    rooms.at("desk:envelope", sent)
    rooms.places |= {"ref": session.ref, "box_ref": vote.box.ref, "session_ref": session.ref}


def _fill_office(rooms: Rooms, officer: User, person: User) -> None:
    """Lists of people, work in the background, what waits for a second person, what happened."""
    vote, space, roll = rooms.vote, rooms.vote.box.space, rooms.vote.box.roll
    entry = vote.entries[0]
    rooms.at(
        "office_voting:roll roll_remove roll_import roll_columns roll_import_confirm roll_preview roll_versions "
        "roll_list look_alikes accounts match_file match_preview match_confirm line_add line line_amend line_strike "
        "line_letter line_unmatch",
        roll,
    )
    rooms.at("office_voting:line line_amend line_strike line_letter line_unmatch", entry, "entry")
    rooms.at("office_voting:roll_list", 1, "number")
    rooms.at("office_voting:roll_preview", TOKEN, "token")
    sketch = RollSketch(header=["number"], columns={"number": "number"}, new_count=2, same_count=12)
    spool.keep(user=officer, purpose=sketch_purpose(roll), content=sketch.as_json(), token=TOKEN)
    rooms.at("office_voting:match_preview", TOKEN, "token")
    read = MatchSketch(counts=dict.fromkeys(("done", "doubtful", "exact"), 2))
    spool.keep(user=officer, purpose=matched_purpose(roll), content=read.as_json(), token=TOKEN)
    make("voting.Matching", entry=entry, account=person, how="desk")
    make("voting.MatchQuestion", roll=roll, account=person, family_name="Nom1", given_name="Camille", number="00001")
    make("voting.LookAlike", roll=roll, first=vote.entries[1], second=vote.entries[2], why="spelling")
    make("voting.RollCorrection", roll=roll, kind="amended", entry=entry, reason="married")
    for state, at in (("done", 1), ("failed", 2), ("running", 3)):
        job = make(
            "office.Job",
            kind="roll.read",
            key=f"{at:032x}",
            space=space,
            by=officer,
            state=state,
            facts={"roll": roll.pk},
        )
    rooms.at("acts:job job_part go_on", job)
    second = User.objects.get(email="fills@example.org")
    rooms.at(
        "acts:approval", make("office.Approval", kind="box.open", key=rooms.sealed.ref, space=space, asked_by=second)
    )
    rooms.at("acts:undo", Act.objects.filter(space=space).latest("pk"))
    kiosk = vote.session.devices.get()
    rooms.at("office_devices:revoke missing replace answer answer_file", kiosk)
    rooms.at("office_devices:card_void", make_unlock_card(session=vote.session, label="Guichet 1", by=officer)[0])
    proved = {"epoch": 1, "size": 5, "root": "0" * 64, "sig": "s"}
    make("ledger.Recovery", log_epoch=2, size=3, root="0" * 64, proved=proved)
    unknown = make(
        "devices.Stranger", dev="c" * 64, public_key=b"\4" * 65, session=vote.session, label="Borne 2", seq=12
    )
    rooms.at("office_devices:stranger", unknown)
    carried = {"session": vote.session.ref, "name": "kiosk.ndjson", "digest": "0" * 64}
    read = {
        "verdicts": {},
        "outcomes": {"new": 3},
        "next_seq": 4,
        "done": 3,
        "of": 3,
        "label": "Borne 1",
        "device": kiosk.pk,
    }
    file = make(
        "office.Job",
        kind="devices.file",
        key=f"{vote.session.ref} {'0' * 32}",
        space=space,
        by=officer,
        state="done",
        facts=carried | {"report": read},
    )
    rooms.at("office_devices:file", file)
    rooms.at("office_devices:enrolment", create_enrolment(session=vote.session, label="K1", by=officer)[0])
    rooms.at("office_meetings:edit_meeting add_session", vote.session.meeting)
    rooms.at("meetings:meeting calendar", vote.session.meeting)
    rooms.at("office_meetings:group", groups_of(vote.session)[0].root, "root")
    rooms.at("office_meetings:decide_late decide_idea", "0" * 64, "record")
    rooms.at("office_meetings:deed", "close", "name")


def _fill_paper(rooms: Rooms, officer: User) -> None:
    """A run of sheets, passes, a batch of scans with a page that the machine is not sure of, and its image."""
    vote, session = rooms.vote, rooms.vote.session
    for name, size in (("sheets.pdf", None), ("page.jpg", (420, 594)), ("card.jpg", (594, 420))):
        out = io.BytesIO(b"%PDF-1.7\n")
        if size:
            Image.new("L", size, 255).save(out, "JPEG")
        path = storage.folder("print") / name
        path.write_bytes(out.getvalue())
    [(_code, sheet)] = print_sheets(vote, 1)
    type(sheet.run).objects.filter(pk=sheet.run.pk).update(file="print/sheets.pdf")
    rooms.at("paper:sheets_file unused", sheet.run)
    slips = make("paper.SlipRun", kind="stack", session=session, quantity=12, status="failed", file="print/sheets.pdf")
    make("paper.SlipRun", kind="letters", box=vote.box, quantity=14, status="ready", file="print/sheets.pdf")
    make("paper.SlipRun", kind="post", box=vote.box, session=session, quantity=2, status="ready")
    rooms.at("paper:slips_file draw_again", slips)
    rooms.at("paper:draw_again", "slips", "kind")
    rooms.at("paper:hall_print", "poster", "kind")
    scan = {"session": session, "uploaded_by": officer, "filename": "scan.pdf"}
    make("paper.ScanBatch", **scan, file="none.pdf", digest="1", status="failed", error="unreadable")
    batch = make("paper.ScanBatch", **scan, file="scan.pdf", digest="2", status="read", page_count=1, done_count=1)
    rooms.at("paper:batch read_on", batch)
    seen = {"box": vote.box, "sheet": sheet, "status": "doubtful", "reason": "mark", "image": "print/page.jpg"}
    reading = make("paper.Reading", batch=batch, page=1, **seen)
    rooms.at("paper:reading decide image take hold skip", reading)
    rooms.at("paper:sample sample_draw", vote.box.ref, "box_ref")
    drawn = make("paper.SheetSample", session=session, box=vote.box, seed="3162554121", size=1, of=1)
    rooms.at("paper:sampled", make("paper.SampledSheet", sample=drawn, sheet=sheet, reading=reading, place=1))


def _fill_box(rooms: Rooms) -> None:
    """What is said against a result and added to it, and the addresses that want a box of a certain kind or state."""
    box = Box.objects.filter(state="certified").first() or rooms.vote.box
    today = timezone.localdate()
    make("voting.Objection", box=box, number=1, received_on=today, matter="the count of the hall")
    make("voting.Addendum", box=box, number=1, text=WORDS, published_at=timezone.now())
    rooms.at("office_closing:objection", 1, "number")
    rooms.at("office_closing:trustee_card trustee_lost", 1, "number")
    for names, ref in (
        ("office_closing:objections objection addenda record", box.ref),
        ("office_closing:trustees trustee_card trustee_lost trustees_prove trustees_again", rooms.draft.ref),
        ("office_closing:trustees_try trustees_open deed", rooms.sealed.ref),
        ("office_closing:box state poll_finish sample sample_letter sample_letters reading", rooms.vote.box.ref),
        ("office_voting:box box_edit box_delete proxies proxy post envelope post_open box_step", rooms.vote.box.ref),
        ("office_voting:challenges challenge", rooms.vote.box.ref),
        ("office_voting:box_keep", box.ref),
        ("paper:letters letter_rows post post_rows", rooms.vote.box.ref),
        ("voting:box enter ballot claim", rooms.vote.box.ref),
        ("voting:numbers", rooms.poll.box.ref),
        ("results:result check archive file", box.ref),
        ("web:short_link", rooms.vote.box.ref),
    ):
        rooms.at(names, ref, "ref")
    rooms.at("voting:numbers", rooms.poll.box.space.slug, "slug")
    rooms.at("results:result check archive file", box.space.slug, "slug")
    rooms.at("results:file", "verify.py", "name")
    rooms.at("office_voting:box_step", "close", "step")
    rooms.at("office_closing:deed", "open", "name")


def _fill_site(rooms: Rooms) -> None:
    for name in ("legal", "privacy", "accessibility", "contact"):
        make("web.SiteText", name=name, text={"fr": "Nous.", "en": "We."})
    rooms.at("office_site:text", "legal", "name")
    witness = make("witnesses.Witness", name="Autreville", public_key=b"\4" * 65, key_hash="0" * 64)
    said = {"witness": witness, "kind": "refused", "document": {"why": "The log had 5 records and now shows 3."}}
    make("witnesses.Alarm", **said, digest="1", answer="We look into it.", answered_at=timezone.now())
    rooms.at("office_witnesses:witness end", witness)
    rooms.at("office_witnesses:alarm", make("witnesses.Alarm", **said, digest="2"))
    rooms.at("receipts:receipt None", Record.objects.earliest("pk").id, "identifier")
    rooms.at(":kiosk_file", "index.html", "path")
    with_role = User.objects.create_user("past@example.org", is_staff=True)
    rooms.at("office:dismiss", with_role)


def _fill_account(rooms: Rooms, person: User) -> None:
    """Somebody has a second factor of every kind: the pages that end them are theirs alone."""
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    key = Authenticator(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": _credential()}
    )
    key.save()
    rooms.at(":mfa_edit_webauthn mfa_remove_webauthn", key)
    _fill_notices(rooms, person)


def _fill_notices(rooms: Rooms, person: User) -> None:
    """The resident follows a debate, where somebody answered: and holds the letter that stops it."""
    tell_all()
    rooms.at("notices:open", Notice.objects.filter(user=person).earliest("pk"))
    rooms.at("notices:stop", stop_link(person, ALL_LETTERS).rstrip("/").rsplit("/", 1)[-1], "token")


def _credential() -> Row:
    """What a browser says of a security key that it has registered."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(b"0" * 16, b"key", public)
    seen = AuthenticatorData.create(b"0" * 32, AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP, 1, held)
    made = AttestationObject.create("none", seen, {})
    said = CollectedClientData.create("webauthn.create", b"1", "http://localhost")
    response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)}
    return {"id": websafe_encode(b"key"), "rawId": websafe_encode(b"key"), "type": "public-key", "response": response}
