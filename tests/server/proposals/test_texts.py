"""The office brings a text in sections; people discuss and amend each; the page shows what became of it."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from server.ledger.models import Record
from server.office.models import Act
from server.proposals.documents import bring_text, change_draft, drop_draft, fingerprint, publish_text
from server.proposals.models import Document, Proposal
from server.proposals.refusals import TextChanged, TextPublished, TextUnfinished
from server.proposals.sections import Part, moved, read_sections
from server.proposals.texts import Text
from server.web.searching import search
from tests.server.proposals.ideas import make_ideas, organiser, person, propose
from tests.server.proposals.test_amending import OPEN, amend
from tests.server.proposals.test_amending_pages import as_form, typed

pytestmark = pytest.mark.django_db
CHARTER = (
    "# La charte des bancs\n\nPourquoi.\n\n## Les bancs\n\nUn banc tous les cent mètres.\n\n### Le bois\n\nDu chêne.\n"
)


@pytest.fixture(autouse=True)
def in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def here(db):
    component = make_ideas(OPEN, is_text=True, takes_amendments=True)
    component.office = f"/office/{component.space.slug}/proposals/{component.pk}/text/"
    return component


@pytest.fixture
def officer(here, client):
    user = organiser(here.space)
    client.force_login(user)
    return user


def bring(component, text=CHARTER, *, by):
    told = read_sections(text, before="Préambule")
    return bring_text(component=component, title=told.title or "Texte", language="fr", parts=told.parts, by=by)


def publish(component, text=CHARTER):
    by = organiser(component.space)
    document = bring(component, text, by=by)
    return publish_text(document=document, seen=document.revision, by=by)


def section(document, position):
    return document.sections.select_related("proposal__component__space").get(position=position).proposal


def test_an_officer_pastes_orders_changes_and_publishes(here, officer, client):
    page = client.post(f"{here.office}bring/", {"words": CHARTER})
    assert page.url == here.office
    draft = client.get(here.office)
    assert "La charte des bancs" in draft.content.decode() and not here.proposals.exists()
    seen = Document.objects.get().revision
    assert client.post(here.office, {"seen": seen, "do": "up 2"}).status_code == 302
    assert client.post(here.office, {"seen": seen, "do": "up 2"}).status_code == 409, "another page is on the screen"
    one = client.get(f"{here.office}sections/1/")
    client.post(f"{here.office}sections/1/", typed(as_form(one), title="Pourquoi", body="Parce que."))
    seen = Document.objects.get().revision
    assert client.post(here.office, {"seen": seen, "do": "publish"}).status_code == 302
    assert client.post(here.office, {"seen": seen, "do": "publish"}).status_code == 200, (
        "sent twice, it is published once"
    )
    text = client.get(here.get_absolute_url()).content.decode()
    assert text.index("Parce que.") < text.index("Du chêne.") < text.index("Un banc tous les cent mètres.")
    assert [one.deed for one in Act.objects.order_by("pk")] == ["text.brought", "text.published"]


def test_each_section_is_a_proposal_of_the_town_and_the_log_says_their_order(here):
    document = publish(here)
    rows = list(document.sections.select_related("proposal"))
    assert [(one.label, one.level, one.proposal.title) for one in rows] == [
        ("", 1, "Préambule"), ("1", 1, "Les bancs"), ("1.1", 2, "Le bois"),
    ]  # fmt: skip
    assert all(one.proposal.is_official and one.proposal.author is None and one.proposal.stands for one in rows)
    record = Record.objects.select_related("payload").get(type="text.published")
    told = json.loads(bytes(record.payload.body))
    assert [one["ref"] for one in told["sections"]] == [one.proposal.ref for one in rows]
    assert Record.objects.filter(type="proposal.version").count() == 3


def test_published_again_changes_nothing_and_no_other_text_takes_its_place(here):
    document = publish(here)
    by = organiser(here.space)
    assert publish_text(document=document, seen=1, by=by).pk == document.pk and here.proposals.count() == 3
    with pytest.raises(TextPublished):
        bring(here, by=by)
    with pytest.raises(TextPublished):
        change_draft(document=document, seen=document.revision, change=lambda parts: [])
    with pytest.raises(TextPublished):
        drop_draft(document=document, seen=document.revision, by=by)


def test_two_officers_who_change_a_draft_at_once_do_not_undo_each_other(here):
    by = organiser(here.space)
    document = bring(here, by=by)
    seen = document.revision
    change_draft(document=document, seen=seen, change=lambda parts: moved(parts, 2, "up"))
    for deed in (
        lambda: change_draft(document=document, seen=seen, change=lambda parts: []),
        lambda: drop_draft(document=document, seen=seen, by=by),
        lambda: publish_text(document=document, seen=seen, by=by),
    ):
        with pytest.raises(TextChanged):
            deed()


@pytest.mark.parametrize("parts", [[], [Part(1, "")], [Part(1, "Un", "x" * 5_001)], [Part(1, "Un")] * 501])
def test_a_draft_with_faults_is_not_published(here, parts):
    by = organiser(here.space)
    document = bring_text(component=here, title="Texte", language="fr", parts=parts, by=by)
    with pytest.raises(TextUnfinished):
        publish_text(document=document, seen=document.revision, by=by)
    assert not here.proposals.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "T"},
        {"words": "Un texte sans titre ni numéro."},
        {"words": "\n".join(f"# Article {n}" for n in range(2_000))},
        {"words": "# Un\u202e\n\nTexte", "title": "T"},
        {"words": "# Un\x07\n\nTexte", "title": "T"},
        {"words": "# Un\n\n# Deux"},
        {"words": "# Un", "file": SimpleUploadedFile("a.md", b"# Deux"), "title": "T"},
        {"file": SimpleUploadedFile("a.md", "# Un é".encode("utf-16")), "title": "T"},
        {"file": SimpleUploadedFile("a.md", "# Un\u202e".encode()), "title": "T"},
        {"file": SimpleUploadedFile("a.md", b""), "title": "T"},
        {"file": SimpleUploadedFile("a.docx", b"PK\x03\x04\x00\x00\xff"), "title": "T"},
        {"words": "# Un", "title": "x" * 151},
    ],
)
def test_what_cannot_be_cut_into_sections_is_refused_with_a_sentence(here, officer, client, sent):
    page = client.post(f"{here.office}bring/", sent)
    assert page.status_code == 400 and page.context["form"].errors and not Document.objects.exists()


def test_a_file_is_read_and_its_skipped_levels_are_told(here, officer, client):
    file = SimpleUploadedFile("charte.md", "\ufeff# Un\n\n### Trois\n\n# Deux".encode())
    page = client.post(f"{here.office}bring/", {"file": file, "title": "Charte"}, follow=True).content.decode()
    assert "skipped a level" in page and Document.objects.get().draft[1][0] == 2


@pytest.mark.parametrize("do", ["", "sing 1", "up", "up x", "drop 99", "join -1", "publish"])
def test_strange_buttons_lose_nothing(here, officer, client, do):
    bring(here, "# \n\n# Deux\n\n# Trois", by=officer)
    before = Document.objects.get()
    client.post(here.office, {"seen": before.revision, "do": do})
    assert Document.objects.get().draft == before.draft and not here.proposals.exists()


def test_a_resident_amends_a_section_and_the_text_shows_it_once_the_town_accepts(here, client):
    document = publish(here)
    bois = section(document, 3)
    client.force_login(person("paul"))
    page = client.get(here.get_absolute_url()).content.decode()
    assert f"{bois.get_absolute_url()}amend/" in page
    made = amend(bois, "Du châtaignier.", title=bois.title)
    assert "1 amendment" in client.get(here.get_absolute_url()).content.decode()
    officer = organiser(here.space)
    client.force_login(officer)
    assert made.amendment.reason in client.get(here.office).content.decode()
    path = f"{here.office.removesuffix('text/')}{made.number}/amendment/"
    client.post(path, typed(as_form(client.get(path)), words="Il pousse ici.") | {"accept": "1"})
    shown = client.get(here.get_absolute_url()).content.decode()
    assert "Du châtaignier." in shown and "Du chêne." not in shown
    changes = client.get(f"{here.get_absolute_url()}changes/").content.decode()
    assert "<del>chêne</del><ins>châtaignier</ins>" in changes
    printed = client.get(f"{here.get_absolute_url()}print/").content.decode()
    texts = [Text(one.proposal.title, one.proposal.body) for one in document.sections.select_related("proposal")]
    assert "Du châtaignier." in printed and fingerprint(texts) in printed


def test_a_heading_alone_is_amended_in_its_title(here, client):
    document = publish(here, "# Un\n\n# Deux\n\nTexte.")
    client.force_login(person("paul"))
    path = f"{section(document, 1).get_absolute_url()}amend/"
    sent = typed(as_form(client.get(path)), title="Un, et demi", reason="Plus juste.")
    assert client.post(path, sent).status_code == 302


def test_sections_are_in_no_list_of_proposals_and_are_found(here, client):
    publish(here)
    propose(here, "Une fontaine au milieu")
    assert [one.title for one in here.proposals.standing()] == ["Une fontaine au milieu"]
    page = client.get(here.get_absolute_url()).content.decode()
    assert "1 proposal beside the text" in page
    found = next(one for one in search("chêne") if one.name == "proposals")
    assert [one.title for one in found.rows] == ["Le bois"]
    assert not here.proposals.standing().like("Le bois du chêne", most=5)


def test_a_hidden_section_is_hidden_on_every_page(here, client):
    document = publish(here)
    bois = section(document, 3)
    Proposal.objects.filter(pk=bois.pk).update(hidden_at=document.published_at, hidden_reason="insult")
    for path in ("", "changes/", "print/"):
        assert "Du chêne." not in client.get(f"{here.get_absolute_url()}{path}").content.decode()


def test_without_a_text_the_pages_say_so_or_are_not_there(here, client):
    assert "has not published its text" in client.get(here.get_absolute_url()).content.decode()
    bring(here, by=organiser(here.space))
    page = client.get(here.get_absolute_url()).content.decode()
    assert "La charte" not in page, "a draft is seen by nobody"
    for path in ("changes/", "print/"):
        assert client.get(f"{here.get_absolute_url()}{path}").status_code == 404
    here.settings = {}
    here.save()
    assert client.get(f"{here.get_absolute_url()}text/").status_code == 404


def test_a_draft_is_thrown_away(here, officer, client):
    document = bring(here, by=officer)
    client.post(here.office, {"seen": document.revision, "do": "throw"})
    assert not Document.objects.exists() and Act.objects.filter(deed="text.dropped").exists()


@pytest.mark.parametrize("sections", [3, 200])
def test_pages_of_a_text_ask_as_often_for_two_hundred_sections_as_for_three(client, sections):
    asked = _asked(client, make_ideas(OPEN, is_text=True, takes_amendments=True), sections)
    assert asked == {"": 11, "changes/": 9, "print/": 8, "office": 10}


def _asked(client, component, sections):
    """Queries by page, for a text of so many sections of which a third is amended, and some changed."""
    document = publish(component, "\n\n".join(f"# Titre {n}\n\nTexte {n}." for n in range(sections)))
    officer = organiser(component.space)
    for one in document.sections.select_related("proposal__component__space")[: max(1, sections // 10)]:
        made = amend(one.proposal, f"{one.proposal.body} Et plus.", title=one.proposal.title)
        amend(one.proposal, f"{one.proposal.body} Ou moins.", title=one.proposal.title, by="karim")
        accept_as_it_is(made, officer)
    client.force_login(officer)
    path = component.get_absolute_url()
    pages = {name: f"{path}{name}" for name in ("", "changes/", "print/")}
    pages["office"] = f"/office/{component.space.slug}/proposals/{component.pk}/text/"
    found = {}
    for name, address in pages.items():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        found[name] = len(seen)
    return found


def accept_as_it_is(made, officer):
    from server.proposals.amending import Decision, accept_amendment

    text = Text(made.title, made.body)
    decision = Decision(words="Oui.", seen=made.amendment.against, text=text)
    accept_amendment(amendment=made, decision=decision, by=officer, for_town=True)
