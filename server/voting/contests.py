"""The contest of a box: what its definition freezes of the question, and what must be mended before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from server.processes.localized import content_languages

from .ballots import BY_POINTS, MOST_CHOICES, MOST_POINTS, MOST_RANKS

if TYPE_CHECKING:
    from server.budgets.models import Project
    from server.processes.models import Component

    from .models import Box

CONTEST = "q1"
# The three answers to a question. Frozen as they stand here, whatever language somebody works in.
ANSWERS = {
    "yes": {"fr": "Oui", "en": "Yes", "ar": "نعم"},
    "no": {"fr": "Non", "en": "No", "ar": "لا"},
    "abstain": {"fr": "Abstention", "en": "Abstain", "ar": "امتناع"},
}


def has_budget(component: Component) -> bool:
    """Whether people can vote on projects there; a question needs none."""
    return getattr(component, "budget", None) is not None


def asks_about_projects(box: Box) -> bool:
    """Whether the choices are the projects of the budget; a question has its own three answers and no cost."""
    return box.method != box.Method.YES_NO


def ballot_projects(box: Box) -> list[Project]:
    """The projects on the ballot, in the order of their numbers. Empty where there is no budget, or a question."""
    budget = getattr(box.component, "budget", None)
    return list(budget.projects.order_by("number", "pk")) if budget and asks_about_projects(box) else []


def budget_cents(box: Box) -> int:
    """What the vote shares out; 0 where there is no budget, or nothing to share."""
    budget = getattr(box.component, "budget", None)
    return budget.amount_cents if budget and asks_about_projects(box) else 0


def localized_texts(localized: Mapping[str, str]) -> dict[str, str]:
    """What is not empty, the languages of the pages first: where a file has room for one, it takes the first."""
    pages = dict(settings.LANGUAGES)
    order = sorted(localized, key=lambda language: language not in pages)
    return {language: localized[language] for language in order if localized[language]}


def build_contest(box: Box) -> dict[str, Any]:
    is_single = box.method in (box.Method.CHOOSE_ONE, box.Method.YES_NO)
    return {
        "id": CONTEST,
        "title": localized_texts(box.title),
        "method": box.method,
        "min": 1 if is_single else box.min_choices,
        "max": 1 if is_single else box.max_choices,
        "max_cost": _max_cost(box),
        **_points(box),
        "choices": _choices(box) if asks_about_projects(box) else _answers(),
    }


def _points(box: Box) -> dict[str, int]:
    """Only where answers are by points: the definition of another method says the same as before there were any."""
    if box.method not in BY_POINTS:
        return {}
    points = {"points": box.points}
    return {**points, "per_choice": box.per_choice} if box.method == box.Method.DOTS else points


def _choices(box: Box) -> list[dict[str, Any]]:
    return [
        {
            "id": project.code,
            "number": project.number,
            "title": localized_texts(project.title),
            "note": localized_texts(project.category),
            "cost": project.cost_cents,
        }
        for project in ballot_projects(box)
    ]


def _answers() -> list[dict[str, Any]]:
    spoken = {code for code, _name in content_languages()}
    return [
        {
            "id": name,
            "number": number,
            "title": {code: text for code, text in titles.items() if code in spoken},
            "note": {},
            "cost": 0,
        }
        for number, (name, titles) in enumerate(ANSWERS.items(), 1)
    ]


def _max_cost(box: Box) -> int:
    """A knapsack without a limit of its own is limited by the budget; other methods than these two know no limit."""
    if box.method == box.Method.KNAPSACK:
        return box.max_cost_cents or budget_cents(box)
    return box.max_cost_cents if box.method in (box.Method.APPROVAL, box.Method.CHOOSE_ONE) else 0


def problems_of_contest(box: Box, count: int) -> dict[str, bool]:
    """Sentences about the question and its method, each with whether it is so. count: projects on the ballot."""
    has_projects, by_points = asks_about_projects(box), box.method in BY_POINTS
    is_ranked, is_dots = box.method == box.Method.RANKED, box.method == box.Method.DOTS
    return {
        _("Give the ballot box a title."): not box.title,
        _("Set the amount of the budget."): has_projects and not budget_cents(box),
        _("The least number of choices is greater than the most."): has_projects
        and 0 < box.max_choices < box.min_choices,
        _("The least number of choices is greater than the number of projects."): 0 < count < box.min_choices,
        _("A ranking has 20 ranks at most. Say how many under “At most”."): is_ranked
        and (box.max_choices or count) > MOST_RANKS,
        _("The most points is out of bounds."): by_points and not 1 <= box.points <= MOST_POINTS[box.method],
        _("The dots on one project are more than there are to give."): is_dots and box.per_choice > box.points,
        _("There are fewer dots than projects that must get one."): is_dots and box.min_choices > box.points,
    }


def problems_of_projects(projects: Sequence[Project], plain_id: Any) -> list[str]:
    """What is wrong with the projects themselves. plain_id: the pattern of names that may stand in published tables."""
    if not projects:
        return [_("Add projects to the budget.")]
    problems = []
    if len(projects) > MOST_CHOICES:
        text = _("There are %(count)d projects. One ballot holds %(most)d at most.")
        problems.append(text % {"count": len(projects), "most": MOST_CHOICES})
    for project in projects:
        if not project.title:
            problems.append(_("Project %(number)d has no title.") % {"number": project.number})
        if not plain_id.fullmatch(project.code) or project.code == "status":
            problems.append(
                _("The identifier of project %(number)d may hold plain letters, digits, hyphens and dots only.")
                % {"number": project.number}
            )
    return problems
