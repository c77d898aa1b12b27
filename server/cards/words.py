"""What stands on a card, in the language of its run; and why an image is no card to type in."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from printouts.idea_cards import CardWords, Field
from server.paper.words import reason_in_words as of_paper
from server.proposals.rules import Rules
from server.web.templatetags.parvis import day

from .models import CardRun, Kind

REASONS: dict[str, str | Promise] = {
    "a_ballot": gettext_lazy("A ballot and no card: send it on the page of its session. Its image was not kept."),
    "unknown_card": gettext_lazy("A card that was not printed here."),
    "other_component": gettext_lazy("A card of another part of this site: send it there."),
    "unknown_serial": gettext_lazy("This card was never printed here."),
    "test_card": gettext_lazy("A test card: it was read well, and it never counts."),
    "other_writing": gettext_lazy(
        "This card came in before with other writing: a photocopy? Only the first is typed in."
    ),
    "same_writing": gettext_lazy("This card came in before."),
    "unknown_definition": gettext_lazy("A card that was not printed here."),
    "no_code": gettext_lazy("No card of ours: its code was not found."),
    "not_a_sheet": gettext_lazy("A code was found, but not that of a card."),
    "two_sheets": gettext_lazy("More than one card is in view: cut them apart, one at a time."),
    "no_corners": gettext_lazy("The corners of the card are not all in view."),
    "too_cropped": gettext_lazy("Only a part of the card is in the image."),
    "batch_failed": gettext_lazy("This file could not be read."),
}


def reason_in_words(code: str) -> str | Promise:
    return REASONS.get(code) or of_paper(code)


def card_words(run: CardRun, about: str, *, asks_stance: bool) -> CardWords:
    """In the language of the run. about: what a comment is on, "" for an idea."""
    with translation.override(run.language):
        is_idea = run.kind == Kind.IDEA
        return CardWords(
            authority=settings.PARVIS_TOWN,
            title=_("My idea") if is_idea else _("My comment"),
            lead=_("One idea to a card. Please write clearly, with a pen.") if is_idea else "",
            fields=_idea_fields(run) if is_idea else _comment_fields(asks_stance),
            consent=_consent(run),
            about=about,
            door_text=_("On paper"),
            specimen_text=_("Specimen"),
            language=run.language,
        )


def _name(*, beside: bool = False) -> Field:
    return Field(_("Name to show"), _("only if you like"), beside=beside)


def _idea_fields(run: CardRun) -> list[Field]:
    fields = [
        Field(_("Title"), _("in a few words")),
        Field(_("What should be done, and why?"), lines=0),
        _name(),
    ]
    if Rules.of(run.component.settings).asks_place:
        fields.append(Field(_("Place"), _("a street, a square"), beside=True))
    return fields


def _comment_fields(asks_stance: bool) -> list[Field]:
    fields = [Field(_("What I say"), lines=0), _name()]
    if asks_stance:
        fields.insert(0, Field(_("I am"), boxes=(_("for it"), _("against it"), _("neither"))))
    return fields


def _consent(run: CardRun) -> str:
    by = _("Volunteers type this card in") if run.persons == 1 else _("Two volunteers type this card in, each alone")
    facts = {"by": by, "day": day(run.images_until)}
    return (
        _(
            "%(by)s, and it is published on the site with the name that you write here; without one, as a card. "
            "Write nothing that must not be public. Its image is destroyed on %(day)s."
        )
        % facts
    )
