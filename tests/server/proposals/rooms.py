"""Proposals, their amendments, a text and files, for the walks over every page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from server.accounts.models import User
from server.enclosures.actions import keep_file
from server.enclosures.space_files import add_space_file
from server.plans.actions import keep_plan
from server.plans.geojson import read_plan
from server.processes.component_types import type_of
from server.processes.localized import Localized
from server.processes.models import Opening
from server.processes.origin import Origin
from server.proposals.amending import Decision, accept_amendment, propose_amendment, reject_amendment
from server.proposals.answering import Answer, answer_proposal
from server.proposals.authors import Author
from server.proposals.coauthoring import link_code
from server.proposals.documents import bring_text, publish_text
from server.proposals.endorsing import endorse_proposal
from server.proposals.sections import Part
from server.proposals.texts import Text
from server.proposals.writing import About, publish_proposal, save_draft
from server.web.town.build import HERE

if TYPE_CHECKING:
    from tests.server.rooms import Rooms


WORDS = {"fr": "Fête du lavoir", "en": "Feast of the wash-house"}


def fill_ideas(rooms: Rooms, officer: User, person: User) -> None:
    """Somebody proposed, began another, and what was proposed came from paper too, was answered and made one."""
    space, now = rooms.vote.box.space, timezone.now()
    phase = space.phases.get()
    component = space.components.create(
        kind="proposals", title=WORDS, intro=WORDS, published_at=now, settings={"asks_point": True, "most_files": 3}
    )
    component.space = space
    type_of("proposals").prepare(component)
    for activity in ("propose", "endorse"):
        Opening.objects.create(phase=phase, component=component, activity=activity, doors=["web", "paper", "desk"])
    Opening.objects.create(phase=phase, component=component, activity="comment", doors=["desk"])
    author, online = Author.of_account(person), Origin(door="web")
    text = Text("Un lavoir à deux bassins", "Un petit bassin.\n\nDe l’ombre.")
    mine, other, draft = (
        save_draft(component=component, author=author, text=text, about=About(place_name="Lavoir")) for _one in range(3)
    )
    for one in (mine, other):
        publish_proposal(draft=one, author=author, origin=online)
    mine.refresh_from_db()
    endorse_proposal(proposal=mine, right=officer.right, origin=online)
    answer = Answer(component.proposal_states.first(), Localized(WORDS), 120_000, now.date(), now.date())
    answer_proposal(proposal=mine, answer=answer, by=officer)
    rooms.ideas = component
    rooms.at(
        "proposals:proposals new proposal endorse versions edit withdraw draft draft_edit export plan authors files",
        component,
        "component",
    )
    rooms.at(
        "office_proposals:proposals add join proposal split import import_confirm to_projects states state "
        "state_change",
        component,
        "component",
    )
    rooms.at("proposals:export", "csv", "form")
    rooms.at("proposals:proposal endorse versions withdraw", mine.number, "number")
    rooms.at("proposals:edit", 2, "number")
    rooms.at("office_proposals:proposal split", mine.number, "number")
    rooms.at("proposals:draft draft_edit authors files", draft.ref, "ref")
    rooms.at("proposals:sign", link_code(draft), "code")
    rooms.at("office_proposals:state state_change", component.proposal_states.last())
    rooms.at("desk_ideas:idea write", component, "component")
    rooms.at("desk_ideas:idea", mine.number, "number")
    _fill_enclosures(rooms, officer)
    _fill_text(rooms, officer, person)


def _fill_enclosures(rooms: Rooms, officer: User) -> None:
    """The town has a plan; a document and a photo are on the page of the space."""
    plan = keep_plan(read_plan((HERE / "plan.geojson").read_bytes()), "Villeneuve-sur-Aure")
    rooms.at("plans:picture", plan.version, "version")
    space = rooms.vote.box.space
    component = space.components.create(kind="documents", title=WORDS, published_at=timezone.now())
    component.space = space
    rooms.at("office_enclosures:documents", component, "component")
    raw = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(raw, "JPEG")
    kept = keep_file(SimpleUploadedFile("lavoir.jpg", raw.getvalue()))
    added = add_space_file(component=component, kept=kept, words="Le lavoir", by=officer)
    rooms.at("enclosures:file small", added.ref, "ref")


def _fill_text(rooms: Rooms, officer: User, person: User) -> None:
    """A text in sections with an amendment that waits and one that was turned down; a proposal of somebody that the
    officer would word otherwise; and a draft of another text."""
    space, now = rooms.vote.box.space, timezone.now()
    rules = {"is_text": True, "takes_amendments": True}
    text, draft = (
        space.components.create(kind="proposals", title=WORDS, intro=WORDS, published_at=now, settings=rules)
        for _one in range(2)
    )
    for activity in ("propose", "endorse", "comment", "amend"):
        Opening.objects.create(phase=space.phases.get(), component=text, activity=activity, doors=["web"])
    parts = [
        Part(1, "Les bancs", "Un banc tous les cent mètres."),
        Part(2, "Le bois", "Du chêne."),
        Part(1, "Sans texte"),
    ]
    for component in (text, draft):
        component.space = space
        document = bring_text(component=component, title="La charte", language="fr", parts=parts, by=officer)
        if component == text:
            publish_text(document=document, seen=document.revision, by=officer)
    author, online = Author.of_account(person), Origin(door="web")
    bench, wood = (one.proposal for one in text.document.sections.select_related("proposal")[:2])
    words = {"against": 1, "reason": "Il pousse ici.\n\nEt il dure.", "author": author, "origin": online}
    waits = propose_amendment(amends=wood, text=Text(wood.title, "Du châtaignier."), **words)
    lost = propose_amendment(amends=bench, text=Text(bench.title, "Un banc tous les dix mètres."), **words)
    reject_amendment(amendment=lost, words="Trop cher.", by=officer, for_town=True)
    taken = propose_amendment(amends=bench, text=Text(bench.title, "Un banc tous les deux cents mètres."), **words)
    decision = Decision("D’accord.", 1, Text(bench.title, "Un banc tous les cent cinquante mètres."))
    accept_amendment(amendment=taken, decision=decision, by=officer, for_town=True)
    mine = save_draft(component=text, author=author, text=Text("Un lavoir", "Un bassin."), about=About())
    mine = publish_proposal(draft=mine, author=author, origin=online)
    by_officer = words | {"author": Author.of_account(officer)}
    other = propose_amendment(amends=mine, text=Text("Un lavoir", "Deux bassins."), **by_officer)
    rooms.at("proposals:text text_changes text_print amend amendment decide forward", text, "component")
    rooms.at("proposals:export_amendments", text, "component")
    rooms.at("proposals:amend", bench.number, "number")
    rooms.at("proposals:amendment", waits.number, "number")
    rooms.at("proposals:decide", other.number, "number")
    rooms.at("proposals:forward", lost.number, "number")
    rooms.at("office_proposals:text section text_bring", draft, "component")
    rooms.at("office_proposals:section", 1, "at")
    rooms.at("office_proposals:amendment", text, "component")
    rooms.at("office_proposals:amendment", waits.number, "number")
