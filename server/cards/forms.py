"""Forms of the pages of cards: an order, and what stands on a card."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from server.discussion.models import LONGEST, Debate, Stance
from server.discussion.subjects import Subject, find
from server.meetings.models import Session
from server.paper.printing import MOST_AT_ONCE
from server.processes.models import Component
from server.proposals.models import Proposal
from server.proposals.rules import LONGEST_TITLE, Rules
from server.web.plain_text import NothingHidden

from .models import Card, CardRun, Kind
from .printing import KINDS_OF, MOST_SUBJECTS, Order, default_day

MOST_DAYS = 400


class OrderCardsForm(NothingHidden, forms.Form):
    """Which cards to print. ``subjects``: numbers of proposals, or debates; for comments alone."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which cards"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        initial=Kind.IDEA,
        help_text=gettext_lazy("An idea becomes a proposal; a comment goes into the thread of what it is on."),
    )
    numbers = forms.CharField(
        label=gettext_lazy("Comments on which proposals"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Numbers, such as 3, 7, 12. Each gets as many cards. Leave it empty for ideas."),
    )
    debates = forms.ModelMultipleChoiceField(
        queryset=Debate.objects.none(),
        label=gettext_lazy("Comments on which debates"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Each gets as many cards."),
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Cards"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=100,
        help_text=gettext_lazy("Two lie on a sheet of A4, of comments four. Cut along the dotted line."),
    )
    is_large_print = forms.BooleanField(
        label=gettext_lazy("Large print"), required=False, help_text=gettext_lazy("One card on a sheet.")
    )
    is_test = forms.BooleanField(
        label=gettext_lazy("For tests only"),
        required=False,
        help_text=gettext_lazy("Printed as specimens, to try printer and scanner. They never count."),
    )
    persons = forms.TypedChoiceField(
        label=gettext_lazy("Typed in by"),
        coerce=int,
        choices=[(1, gettext_lazy("one person")), (2, gettext_lazy("two persons, each alone"))],
        initial=1,
        help_text=gettext_lazy("Where two differ a third decides. The card says which it is."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the cards"),
        choices=[],
        help_text=gettext_lazy("What people write may be in any."),
    )
    images_until = forms.DateField(
        label=gettext_lazy("Images are destroyed on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Printed on each card, and kept. All must be typed in by then."),
    )
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label=gettext_lazy("Meeting"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("Where they are handed out, if at one. What is typed in says so."),
    )

    def __init__(self, *args: Any, component: Component, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.component = component
        language = settings.LANGUAGE_CODE[:2]
        self.fields["language"].choices = [(code, name) for code, name in settings.LANGUAGES if code in ("en", "fr")]
        self.fields["language"].initial = language
        self.fields["images_until"].initial = default_day()
        self.fields["session"].queryset = Session.objects.filter(meeting__space=component.space).select_related(
            "meeting"
        )
        kinds = KINDS_OF[component.kind]
        if Kind.IDEA not in kinds:
            del self.fields["kind"], self.fields["numbers"]
            shown = Debate.objects.filter(component=component, published_at__isnull=False, closed_at=None)
            self.fields["debates"].queryset = shown
        else:
            del self.fields["debates"]

    def clean_images_until(self) -> dt.date:
        day, today = self.cleaned_data["images_until"], timezone.localdate()
        if not today < day <= today + dt.timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["subjects"] = []
        if cleaned.get("kind", Kind.COMMENT) == Kind.COMMENT:
            is_by_number = "numbers" in self.fields
            cleaned["subjects"] = self._proposals() if is_by_number else self._debates()
            if not cleaned["subjects"]:
                self.add_error("numbers" if is_by_number else "debates", _("Say what the comments are on."))
        if cleaned["quantity"] * max(1, len(cleaned["subjects"])) > MOST_AT_ONCE:
            self.add_error("quantity", _("Together these are more than 10,000 cards. Order fewer at a time."))
        return cleaned

    def _proposals(self) -> list[Subject]:
        numbers = sorted({int(one) for one in re.findall(r"\d{1,9}", self.cleaned_data["numbers"])})
        if len(numbers) > MOST_SUBJECTS:
            self.add_error("numbers", _("At most 200 at a time."))
            return []
        rows = Proposal.objects.standing().filter(component=self.component, number__in=numbers).order_by("number")
        found = list(rows.values_list("number", "ref"))
        if missing := sorted(set(numbers) - {number for number, _ref in found}):
            told = ", ".join(map(str, missing[:10]))
            self.add_error(
                "numbers", _("There is no such proposal, or it stands no more: %(numbers)s.") % {"numbers": told}
            )
        return [subject for _number, ref in found if (subject := find("proposal", ref))]

    def _debates(self) -> list[Subject]:
        refs = [debate.ref for debate in self.cleaned_data["debates"]]
        return [subject for ref in refs[:MOST_SUBJECTS] if (subject := find("debate", ref))]

    def order(self) -> Order:
        said = self.cleaned_data
        names = ("quantity", "is_large_print", "is_test", "persons", "language", "images_until", "session")
        return Order(kind=said.get("kind", Kind.COMMENT), **{name: said[name] for name in names})

    @property
    def subjects(self) -> Sequence[Subject]:
        return self.cleaned_data["subjects"]


class TypedForm(NothingHidden, forms.Form):
    """What stands on a card, word for word. Fields that the card does not have are not there."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("As on the card. Where there is none: the first words of the idea."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("Opinion"),
        choices=Stance.choices,
        initial=Stance.NEUTRAL,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What is ticked; where nothing or more than one is: no opinion."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Word for word, also with mistakes. […] stands for what cannot be read."),
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name to show"),
        required=False,
        help_text=gettext_lazy("Only what stands on the line for it; else leave it empty."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What stands on the line for it."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, card: Card, asks_stance: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        run: CardRun = card.form.run
        is_idea = run.kind == Kind.IDEA
        rules = Rules.of(run.component.settings)
        self._bound_length("text", rules.longest_body if is_idea else LONGEST)
        self._bound_length("name", 120 if is_idea else 80)
        if is_idea:
            self.fields["text"].required = False  # some cards have a title and nothing else
        for name, is_there in (("title", is_idea), ("place", is_idea and rules.asks_place), ("stance", asks_stance)):
            if not is_there:
                del self.fields[name]

    def _bound_length(self, name: str, most: int) -> None:
        field = self.fields[name]
        field.max_length = most  # type: ignore[attr-defined]
        field.validators.append(forms.fields.validators.MaxLengthValidator(most))
        field.widget.attrs["maxlength"] = most

    def facts(self) -> dict[str, str]:
        """As ``type_in`` takes them: lines end alike, a title is one line."""
        said = {name: str(value).replace("\r\n", "\n").strip() for name, value in self.cleaned_data.items()}
        if "title" in said:
            said["title"] = " ".join(said["title"].split())
        return said
