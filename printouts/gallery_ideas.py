"""Cards and a catalogue of an invented town, for the gallery."""

from __future__ import annotations

import io

from printouts.catalogue import CatalogueWords, Entry, Part, draw_catalogue
from printouts.idea_cards import CardWords, Field, PrintedCard, draw_idea_cards, lay_out_card
from printouts.slips import grouped

TOWN = "Ville de Villeneuve-sur-Aure"
CODE = "0123456789ABCDEFGH"
CONSENT = (
    "Des bénévoles recopient cette carte, et elle est publiée sur le site avec le nom que vous écrivez ici\u202f; sans "
    "nom, comme une carte. N’écrivez rien qui ne doive être public. Son image est détruite le 28 février 2027."
)
NATURE = [
    (3, "Laisser pousser les berges", "Karim", "Rive de la gare", "Faucher une fois par an au lieu de six. Les iris et "
     "les libellules reviendront, et cela coûte moins."),
    (5, "De la lumière, mais pas toute la nuit", "Une carte déposée au marché, sur papier", "Vieux pont", "Des lampes "
     "basses qui s’allument au passage. Il faut voir où l’on marche, et les chauves-souris aussi vivent ici."),
    (8, "Des tilleuls dans la cour de l’école", "Jeanne, sur papier", "", "Quatre tilleuls, plantés avec les enfants."
     "\n\nLa cour est un four en juin\xa0: on n’y joue plus après dix heures."),
]  # fmt: skip
MOVING = [
    (2, "Une passerelle pour les vélos à côté du vieux pont", "Paul", "Vieux pont", "Le pont est trop étroit\xa0: "
     "les cyclistes montent sur le trottoir, les piétons ont peur. Une passerelle légère règle les deux."),
    (7, "Raccourcir l’attente au feu de la rue du Quai", "Inès", "Rive de la gare", "Quatre-vingt-dix secondes pour "
     "les piétons\xa0: tout le monde traverse au rouge."),
]  # fmt: skip


def idea_cards(per_sheet: int = 2) -> bytes:
    words = CardWords(
        TOWN,
        "Mon idée",
        "Une idée par carte. Écrivez lisiblement, au stylo.",
        [
            Field("Titre", "en quelques mots"),
            Field("Que faudrait-il faire, et pourquoi\u202f?", lines=0),
            Field("Nom à afficher", "si vous voulez"),
            Field("Lieu", "une rue, une place", beside=True),
        ],
        CONSENT,
    )
    return _printed(words, per_sheet)


def comment_cards() -> bytes:
    words = CardWords(
        TOWN,
        "Mon avis",
        "",
        [
            Field("Je suis", boxes=("pour", "contre", "ni l’un ni l’autre")),
            Field("Ce que j’en dis", lines=0),
            Field("Nom à afficher", "si vous voulez"),
        ],
        CONSENT,
        about="Des bancs à l’ombre le long du quai de la gare",
    )
    return _printed(words, 4)


def _printed(words: CardWords, per_sheet: int) -> bytes:
    layout, out = lay_out_card(words, per_sheet=per_sheet, number=1), io.BytesIO()
    card = PrintedCard(layout, bytes(32), bytes(10), grouped(CODE), is_test=True)
    draw_idea_cards([card] * per_sheet, out, title=words.title, language="fr")
    return out.getvalue()


def catalogue(*, is_large_print: bool = False) -> bytes:
    out = io.BytesIO()
    words = CatalogueWords(
        TOWN,
        "Vos propositions",
        "Les rives de l’Aure",
        ["5 propositions, telles qu’au 30 novembre 2026.", "Lisez-les, soutenez-les, discutez-en sur le site\xa0:"],
        "https://participer.villeneuve-sur-aure.example/rives",
        "Dans ce catalogue",
        "Vos propositions, 30 novembre 2026",
        lambda number: f"Page {number}",
        is_large_print=is_large_print,
    )
    parts = [
        Part(title, len(rows), [Entry(number, head, text, by, place) for number, head, by, place, text in rows])
        for title, rows in (("Nature", NATURE), ("Se déplacer", MOVING))
    ]
    draw_catalogue(words, parts, out)
    return out.getvalue()
