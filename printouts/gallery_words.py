"""What stands on the forms of the gallery: an invented town, its projects and its sentences, in four languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from printouts.forms import BallotForm, Scale, Words
from printouts.rows import Choice

THIN = "\u202f"

# title, kind, price in euros; the same ten projects in each language
FR = (
    ("Des urinoirs en plus sur les quais", "Cadre de vie", 14_000),
    ("Végétaliser la place de la Halle", "Nature en ville", 200_000),
    ("Planter des arbres et des plantes comestibles", "Nature en ville", 3_000),
    ("Des voies dédiées et bien délimitées pour les vélos et les piétons", "Éco-mobilité", 150_000),
    ("Végétaliser les pieds d’arbres en ville", "Nature en ville", 50_000),
    ("Un four à pain partagé au cœur du quartier", "Vie de quartier", 30_000),
    ("Des voiles d’ombre sur les jeux d’enfants", "Cadre de vie", 10_000),
    ("Des stations de gonflage sur les trajets à vélo les plus fréquentés", "Éco-mobilité", 9_000),
    ("Végétaliser la place Saint-Aubin et le parvis de la gare", "Nature en ville", 200_000),
    ("De plus beaux conteneurs de recyclage", "Cadre de vie", 4_000),
)
EN = (
    "More public toilets on the quays",
    "Trees and shade for Market Square",
    "Fruit trees and herbs that anybody may pick",
    "Separate lanes for bicycles and for people on foot",
    "Flowers around the street trees",
    "A bread oven that neighbours share",
    "Sun sails over the playgrounds",
    "Air pumps on the busiest cycle routes",
    "Green in front of the station",
    "Better looking bottle banks",
)
AR = (
    "مراحيض عمومية جديدة على الأرصفة",
    "تشجير ساحة السوق",
    "غرس أشجار مثمرة ونباتات صالحة للأكل",
    "مسالك مخصصة للدراجات وللمشاة",
    "زرع الأزهار حول أشجار المدينة",
    "فرن خبز مشترك في قلب الحي",
    "مظلات فوق ألعاب الأطفال",
    "محطات لنفخ العجلات على طرق الدراجات",
    "تشجير الساحة أمام المحطة",
    "حاويات أجمل لإعادة التدوير",
)
HE = (
    "שירותים ציבוריים נוספים ברציפים",
    "עצים וצל בכיכר השוק",
    "עצי פרי וצמחי מאכל לכולם",
    "שבילים נפרדים לאופניים ולהולכי רגל",
    "פרחים סביב עצי הרחוב",
    "תנור לחם משותף לשכונה",
    "מפרשי צל מעל גני המשחקים",
    "תחנות ניפוח במסלולי האופניים",
)


def euros(amount: int, separator: str = THIN) -> str:
    return f"{amount:,}".replace(",", separator) + f"{THIN}€"


def french(count: int = 10, *, prices: bool = True, **changes: object) -> BallotForm:
    """The French ballot with this many projects; beyond ten their titles come again under other streets."""
    choices = [
        Choice(
            f"p{index}",
            str(index + 1),
            FR[index % 10][0] + (f", rue n° {index // 10}" if index >= 10 else ""),
            FR[index % 10][1],
            euros(FR[index % 10][2]) if prices else "",
        )
        for index in range(count)
    ]
    fields: dict[str, object] = {
        "title": "Budget participatif du Centre",
        "contest": "q1",
        "choices": choices,
        "authority": "Ville de Villeneuve-sur-Aure",
        "period": "Du 1er au 31 octobre 2026",
        "lead": f"{euros(400_000)} à répartir entre les projets que vous choisissez.",
        "instructions": [
            "Choisissez jusqu’à trois projets.",
            f"Faites une croix dans la case, en noir ou en bleu. Une erreur{THIN}? Demandez une autre feuille.",
        ],
        "footer": "Mettez cette feuille dans l’urne.\n"
        "N’écrivez ni votre nom ni rien d’autre\xa0: le carré de points désigne la feuille, jamais la personne.",
        "many_footer": "Mettez toutes les pages de ce bulletin dans l’urne.\nN’écrivez ni votre nom ni rien d’autre.",
    }
    return BallotForm(**(fields | changes))  # type: ignore[arg-type]


def ranked() -> BallotForm:
    ranks = Scale(range(1, 6), ["1er", "2e", "3e", "4e", "5e"], "Votre ordre", "Projets")
    first = "Classez jusqu’à cinq projets."
    how = "Première colonne\xa0: le projet que vous préférez. Une croix par ligne, une par colonne."
    return french(scale=ranks, shape="round", instructions=[first, how])


def score() -> BallotForm:
    points = Scale(range(6), "012345", "Vos points", "Projets")
    first, how = (
        "Donnez à chaque projet de 0 à 5 points.",
        "Une croix par ligne. Sans croix, un projet n’a aucun point.",
    )
    return french(scale=points, shape="round", instructions=[first, how])


def dots() -> BallotForm:
    scale = Scale(range(1, 5), (), "Une croix = un point", "Projets")
    first = "Vous avez dix points à donner."
    how = "Chaque croix est un point. Un même projet reçoit quatre points au plus."
    return french(scale=scale, instructions=[first, how])


def question() -> BallotForm:
    answers = [Choice("yes", "", "Oui"), Choice("no", "", "Non"), Choice("abstain", "", "Abstention")]
    return french(
        title=f"Fermer la place de la Halle aux voitures le dimanche{THIN}?",
        choices=answers,
        lead="",
        shape="round",
        is_big=True,
        instructions=["Choisissez une réponse.", "Faites une croix dans le cercle, en noir ou en bleu."],
    )


def english(count: int = 10, **changes: object) -> BallotForm:
    choices = [Choice(f"p{index}", str(index + 1), EN[index], "", "€" + f"{FR[index][2]:,}") for index in range(count)]
    words: dict[str, Any] = {
        "title": "Participatory budget for the Old Town",
        "choices": choices,
        "authority": "Town of Newbridge-on-Aure",
        "period": "1 to 31 October 2026",
        "lead": "€400,000 to share among the projects that you choose.",
        "instructions": ["Choose up to three projects.", "Cross the box in black or blue. Write nothing else."],
        "footer": "Put this sheet into the ballot box.\nMade a mistake? Ask the desk for another sheet.",
        "many_footer": "Put all pages of this ballot into the ballot box.",
        "language": "en",
        "marks_yes": "yes",
        "marks_no": "no",
        "specimen_text": "Specimen",
        "door_text": "On paper",
        "page_text": "Page {page} of {pages}",
        "next_text": "Continued on page {page}",
    }
    return french(**(words | changes))


def easy() -> BallotForm:
    steps = ["Lisez les projets.", "Faites une croix dans la case du projet.", "Mettez la feuille dans l’urne."]
    plain = [Choice(one.id, one.number, one.title, "", one.price_text) for one in french(6).choices]
    return french(
        choices=plain,
        lead="Vous choisissez des projets pour la ville.",
        instructions=["Vous pouvez choisir trois projets."],
        steps=steps,
        footer=f"Vous avez fait une erreur{THIN}?\nDemandez une autre feuille.",
    )


def two_languages() -> BallotForm:
    first = french(8)
    choices = [
        Choice(one.id, one.number, one.title, "", one.price_text, AR[place]) for place, one in enumerate(first.choices)
    ]
    second = Words(
        "الميزانية التشاركية لوسط المدينة",
        "",
        ["اختاروا ثلاثة مشاريع على الأكثر.", "ضعوا علامة داخل المربع بالأسود أو بالأزرق."],
        "ضعوا هذه الورقة في صندوق الاقتراع.",
    )
    short = "Mettez cette feuille dans l’urne."
    return french(choices=choices, second=second, footer=short, marks_yes="oui\nنعم", marks_no="non\nلا")


def arabic() -> BallotForm:
    choices = [Choice(f"p{n}", str(n + 1), title, "", euros(FR[n][2])) for n, title in enumerate(AR)]
    return french(
        title="الميزانية التشاركية لوسط المدينة",
        choices=choices,
        authority="مدينة فيلنوف سور أور",
        period="من 1 إلى 31 أكتوبر 2026",
        lead=f"{euros(400_000)} توزع على المشاريع التي تختارونها.",
        instructions=["اختاروا ثلاثة مشاريع على الأكثر.", "ضعوا علامة داخل المربع بالأسود أو بالأزرق."],
        footer="ضعوا هذه الورقة في صندوق الاقتراع.\nأخطأتم؟ اطلبوا ورقة أخرى.",
        language="ar",
        marks_yes="نعم",
        marks_no="لا",
        specimen_text="نموذج",
        door_text="على الورق",
    )


def hebrew() -> BallotForm:
    choices = [Choice(f"p{n}", str(n + 1), title) for n, title in enumerate(HE)]
    return french(
        title="תקציב משתף למרכז העיר",
        choices=choices,
        authority="עיריית נווה-אור",
        period="1 עד 31 באוקטובר 2026",
        lead="",
        instructions=["דרגו עד שלושה פרויקטים.", "סמנו X בעיגול: אחד בכל שורה ואחד בכל טור."],
        footer="הכניסו את הדף לקלפי.\nטעיתם? בקשו דף אחר.",
        language="he",
        shape="round",
        marks_yes="כן",
        marks_no="לא",
        specimen_text="דוגמה",
        door_text="על נייר",
        scale=Scale([1, 2, 3], ["1", "2", "3"], "הסדר שלכם", "פרויקטים"),
    )


PASS_LINES: Sequence[str] = ("Réunion du 12 octobre 2026", "Salle des fêtes, 18 h")
