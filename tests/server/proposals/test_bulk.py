"""Many at once are the same as one after another; files bring them with their true author and channel."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.utils import timezone

from server.ledger.applying import is_rebuilt_alike
from server.ledger.models import Payload, Record
from server.office import jobs
from server.office.models import Act, Job
from server.processes import spool
from server.processes.models import Taxon
from server.processes.tables import BadTable
from server.proposals.authors import Author
from server.proposals.bulk import Brought, bring_proposals, endorse_many
from server.proposals.endorsing import endorse_proposal
from server.proposals.exports import as_csv, as_json
from server.proposals.imports import read_proposals
from server.proposals.jobs import planned, purpose
from server.proposals.models import Endorsement, Proposal, Version, Word
from server.proposals.texts import Text
from server.proposals.writing import About, bring_proposal
from tests.server.proposals.ideas import ONLINE, make_ideas, organiser, propose

pytestmark = pytest.mark.django_db
CARDS = "titre;texte;auteur;type d’auteur;canal;identifiant;date\n" + "".join(
    f"Idée numéro {n};Un texte assez long, {n}.;Carte {n};card;paper;c-{n};2026-05-{n:02d}\n" for n in range(1, 4)
)


def brought(count: int) -> list[Brought]:
    doors, kinds = ("web", "kiosk", "paper"), ("person", "table", "card")
    return [
        Brought(
            Text(f"Planter {n} arbres près de l’école", f"Des arbres fruitiers, {n}.\n\nPour tous.", "fr"),
            Author(kinds[n % 3], f"Table {n}"),
            About(place_name="Quai des Carmes"),
            doors[n % 3],
            ref=f"{n:024x}",
        )
        for n in range(count)
    ]


def rows_of(component) -> list[tuple]:
    """All that is kept of each, but for what is drawn by lot or read from a clock."""
    moving = {"id", "place", "created_at", "published_at"}
    names = [field.attname for field in Proposal._meta.concrete_fields if field.attname not in moving]
    proposals = list(component.proposals.order_by("number").values_list(*names))
    versions = list(
        Version.objects.filter(proposal__component=component)
        .order_by("proposal__number")
        .values_list("number", "title", "body", "fingerprint")
    )
    words = list(
        Word.objects.filter(proposal__component=component)
        .order_by("proposal__number", "stem")
        .values_list("proposal__number", "stem", "in_title")
    )
    records = Record.objects.filter(type="proposal.version").order_by("index")
    told = [bytes(Payload.objects.get(record=one).body) for one in records]
    return [proposals, versions, words, told]


@pytest.mark.long
def test_two_hundred_in_bulk_are_the_same_as_two_hundred_by_the_deed():
    component = make_ideas()
    assert bring_proposals(component=component, brought=brought(200)) == 200
    bulk = rows_of(component)
    Proposal.objects.all().delete()
    known = list(Record.objects.filter(type="proposal.version").values_list("index", flat=True))
    for one in brought(200):
        bring_proposal(
            component=component, author=one.author, text=one.text, about=one.about, door=one.door, ref=one.ref
        )
    single = rows_of(component)
    assert single[:3] == bulk[:3]
    assert single[3][len(known) :] == bulk[3]


def test_brought_again_it_is_there_once():
    component = make_ideas()
    assert bring_proposals(component=component, brought=brought(3)) == 3
    assert bring_proposals(component=component, brought=brought(5)) == 2
    assert sorted(component.proposals.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_file_keeps_true_author_and_channel():
    component = make_ideas()
    bring_proposals(component=component, brought=planned(component, read_proposals(CARDS.encode())))
    first = component.proposals.order_by("number").first()
    assert (first.author_name, first.author_kind, first.door) == ("Carte 1", "card", "paper")
    assert timezone.localdate(first.published_at).isoformat() == "2026-05-01"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"titre\nUn banc", "missing_column"),
        (b"titre;texte\n;rien\n", "missing_value"),
        (f"titre;texte\n{'x' * 151};rien\n".encode(), "too_long"),
        (b"titre;texte;canal\nUn banc;ici;pigeon\n", "not_one_of"),
        (b"titre;texte;date\nUn banc;ici;hier\n", "bad_date"),
        (b"titre;texte;id\nUn banc;ici;1\nDeux;la;1\n", "repeated_identifier"),
        ("titre;texte\nUn\u202e banc;ici\n".encode(), "hidden"),
        (b"[1, 2]", "bad_json"),
        (b'{"proposals": "x"}', "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"%PDF-1.7", "not_a_table"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(content, code):
    with pytest.raises(BadTable) as bad:
        read_proposals(content)
    assert code in {fault.code for fault in bad.value.faults}


def test_a_word_that_the_space_does_not_have_is_named_before_anything_is_written():
    component = make_ideas()
    Taxon.objects.create(space=component.space, kind="category", title={"fr": "Nature"})
    rows = read_proposals(json.dumps([{"title": "Un banc", "text": "ici", "category": "Sport"}]).encode())
    with pytest.raises(BadTable) as bad:
        planned(component, rows)
    assert bad.value.faults[0].code == "not_one_of" and not component.proposals.exists()


def test_the_office_brings_a_file_in_the_background(client):
    component = make_ideas()
    user = organiser(component.space)
    token = spool.keep(user=user, purpose=purpose(component), content=CARDS.encode())
    client.force_login(user)
    page = f"/office/{component.space.slug}/proposals/{component.pk}/import/confirm/"
    answer = client.post(page, {"token": token})
    assert answer.status_code == 302
    jobs.run_job(Job.objects.get())
    assert component.proposals.count() == 3 and Act.objects.filter(deed="proposals.imported").exists()
    assert client.post(page, {"token": token}, follow=True).status_code == 200
    assert component.proposals.count() == 3


def test_what_goes_out_comes_in_again():
    component = make_ideas()
    propose(component, "=HYPERLINK(1;2) sur la place", "Une ligne.\n\nEt une autre.")
    told = b"".join(as_csv(component))
    row = next(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert not row["title"].startswith("=")
    again = read_proposals(b"".join(as_json(component)))
    assert (again[0].title, again[0].body) == ("=HYPERLINK(1;2) sur la place", "Une ligne.\n\nEt une autre.")


def test_endorsements_in_bulk_are_the_same_as_one_after_another():
    component = make_ideas()
    proposals = [propose(component, f"Proposition numéro {n}") for n in range(3)]
    given = [(proposals[n % 3], f"account:{1000 + n}") for n in range(20)]

    def kept() -> list:
        rows = Endorsement.objects.order_by("proposal", "right")
        return [
            list(rows.values_list("proposal", "right", "door", "counts")),
            list(component.proposals.order_by("pk").values_list("endorsement_count", flat=True)),
        ]

    endorse_many(component=component, given=given, door="web")
    bulk = kept()
    assert is_rebuilt_alike()
    Endorsement.objects.all().delete()
    Proposal.objects.update(endorsement_count=0)
    for proposal, right in given:
        endorse_proposal(proposal=proposal, right=right, origin=ONLINE)
    assert kept() == bulk
