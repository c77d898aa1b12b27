"""A picture and a paper of the banks, drawn when the town is loaded: no file of either lies in the repository.

Always the same points and the same words; colours are those of the pages (``static/css/tokens.css``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from printouts.blocks import Column, Heading, Paragraph, Table
from printouts.documents import Document, draw_document
from server.accounts.models import User
from server.enclosures.actions import Kept, keep_file
from server.enclosures.component_type import KIND
from server.enclosures.space_files import add_space_file
from server.processes.component_actions import add_component, show_component
from server.processes.localized import Localized
from server.processes.models import Component, Space

SIZE = (1600, 1000)
SMOOTH = 2  # drawn so many times as large, so that edges are soft
SKY, HILLS, GRASS, BUSH, RIVER, WAVE = "#d6e8f3", "#b9cfa6", "#dcedd0", "#8fb08f", "#5f86c9", "#e2e9f5"
QUAY, JOINT, EDGE, LEAVES, TRUNK = "#ecede8", "#cbccc4", "#74776f", "#1b6540", "#8a6d00"
SEAT, IRON, SUN = "#a3201b", "#16181d", "#ffc83d"
Box = tuple[float, float, float, float]

TITLE = {"fr": "Documents et photos", "en": "Documents and photos"}
INTRO = {"fr": "Ce que la promenade a montré.", "en": "What the walk along the quay showed."}
PHOTO, PAPER = "Quatre bancs et leurs platanes au bord de l’Aure", "Relevé de la promenade des rives"


def keep_photo() -> Kept:
    return keep_file(SimpleUploadedFile("quai.png", draw_quay()))


def build_documents(space: Space, photo: Kept, *, by: User) -> Component:
    """On the page of the space: the picture and the paper."""
    paper = keep_file(SimpleUploadedFile("releve.pdf", draw_walk()))
    component = Component(space=space, kind=KIND, title=Localized(TITLE), intro=Localized(INTRO))
    added = add_component(component=component, by=by)
    for kept, words in ((photo, PHOTO), (paper, PAPER)):
        add_space_file(component=added, kept=kept, words=words, by=by)
    show_component(component=added, is_public=True, by=by)
    return added


def draw_quay() -> bytes:
    """The quay with its plane trees and four benches, the river and the other bank: a PNG."""
    image = Image.new("RGB", (SIZE[0] * SMOOTH, SIZE[1] * SMOOTH), SKY)
    pen = ImageDraw.Draw(image)
    for shape, colour, box in _shapes():
        getattr(pen, shape)([edge * SMOOTH for edge in box], fill=colour)
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _shapes() -> Iterator[tuple[str, str, Box]]:
    """What is drawn, the farthest first: a kind of shape, its colour, and left, top, right and bottom."""
    yield "ellipse", SUN, (1090, 90, 1210, 210)
    for left, top, right in ((-300, 330, 700), (350, 290, 1350), (1000, 350, 1900)):
        yield "ellipse", HILLS, (left, top, right, top + 420)
    yield "rectangle", GRASS, (0, 470, 1600, 560)
    for at in range(40, 1600, 130):
        yield "ellipse", BUSH, (at, 440 + at % 30, at + 110, 520 + at % 30)
    yield "rectangle", RIVER, (0, 545, 1600, 760)
    for row, top in enumerate(range(570, 750, 36)):
        for left in range(-100 + row * 67, 1600, 260):
            yield "rectangle", WAVE, (left, top, left + 90, top + 5)
    yield "rectangle", EDGE, (0, 750, 1600, 775)
    yield "rectangle", QUAY, (0, 770, 1600, 1000)
    for left in range(0, 1600, 160):
        yield "rectangle", JOINT, (left, 775, left + 3, 1000)
    for left in (60, 460, 860, 1260):
        yield from _tree(left)
        yield from _bench(left + 130)


def _tree(left: float) -> Iterator[tuple[str, str, Box]]:
    yield "rectangle", TRUNK, (left + 66, 420, left + 92, 900)
    for across, up, wide in ((0, 330, 170), (-50, 240, 150), (70, 230, 160), (10, 170, 150)):
        yield "ellipse", LEAVES, (left + across, up, left + across + wide, up + wide)


def _bench(left: float) -> Iterator[tuple[str, str, Box]]:
    for top in (800, 822, 844):
        yield "rectangle", SEAT, (left, top, left + 190, top + 14)
    yield "rectangle", SEAT, (left - 6, 872, left + 196, 888)
    for across in (10, 168):
        yield "rectangle", IRON, (left + across, 798, left + across + 10, 930)


def draw_walk() -> bytes:
    """What was written down on a walk along the quay: a PDF of one page."""
    rows = [
        ("Passerelle – place de la Gare", "220 m", "2", "non"),
        ("Place de la Gare – rue du Quai", "310 m", "1", "6 platanes"),
        ("Rue du Quai – vieux pont", "180 m", "0", "3 platanes"),
    ]
    columns = (Column("Tronçon"), Column("Longueur", 28, "end"), Column("Bancs", 20, "end"), Column("Ombre", 36))
    document = Document(
        title="Relevé de la promenade des rives",
        authority="Ville de Villeneuve-sur-Aure",
        subtitle="Trente habitantes et habitants ont longé le quai, mètre en main.",
        blocks=(
            Heading("Ce que nous avons compté"),
            Table(columns, rows),
            Heading("Ce que nous avons entendu"),
            Paragraph("Les trois bancs n’ont ni dossier ni accoudoir : qui s’y assied a du mal à se relever."),
            Paragraph("L’ombre des platanes est là où personne ne peut s’asseoir."),
        ),
        foot="Les rives de l’Aure",
        page_words=lambda number, count: f"Page {number} sur {count}",
    )
    out = io.BytesIO()
    draw_document(document, out)
    return out.getvalue()
