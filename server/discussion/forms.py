"""Forms of threads and of debates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from server.meetings.models import Session
from server.processes.localized_forms import LocalizedFormField
from server.processes.models import Door, Space
from server.web.plain_text import NothingHidden

from .models import LONGEST, LONGEST_NAME, AuthorKind, Debate, Stance, new_ref
from .tidying import tidy


class WordsField(forms.CharField):
    """Words of a comment: lines count as one sign each, as people see them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "dir": "auto"})
        super().__init__(max_length=LONGEST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class CommentForm(NothingHidden, forms.Form):
    """``ref`` is drawn when the form is shown: sent twice, it is one comment."""

    ref = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    parent = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)
    text = WordsField(
        label=gettext_lazy("Your comment"),
        help_text=gettext_lazy("2,000 characters at most. You can change it for a quarter of an hour."),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("What do you think of it?"),
        choices=Stance.choices,
        initial=Stance.NEUTRAL,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The word stands beside your comment."),
    )

    def __init__(self, *args: Any, parent: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"ref": new_ref(), "parent": parent, "stance": Stance.NEUTRAL}, **kwargs)
        if self["parent"].value():
            self.fields["text"].label = _("Your answer")


class EditForm(NothingHidden, forms.Form):
    text = WordsField(label=gettext_lazy("Your comment"), help_text=gettext_lazy("The words before are kept."))


class EnteredForm(NothingHidden, forms.Form):
    """A comment that came on paper or was said at the desk, copied by a member of staff."""

    ref = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
    door = forms.ChoiceField(
        label=pgettext_lazy("comment", "Came in"),
        choices=[(Door.PAPER, Door.PAPER.label), (Door.DESK, Door.DESK.label)],
        help_text=gettext_lazy("Its sign stands beside the comment."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who speaks"),
        choices=AuthorKind.choices,
        help_text=gettext_lazy("A card, a table, notes of a meeting, or a person at the desk."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("As they want to be named: “Card 0412”, “Table 4”. Leave it empty where none is given."),
    )
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label=gettext_lazy("Where"),
        required=False,
        help_text=gettext_lazy("The meeting that it came from, if any."),
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("Opinion"),
        choices=Stance.choices,
        initial=Stance.NEUTRAL,
        help_text=gettext_lazy("Only what is said in so many words, or ticked."),
    )
    text = WordsField(label=gettext_lazy("Text"), help_text=gettext_lazy("Word for word. 2,000 characters at most."))

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, initial={"ref": new_ref(), "door": Door.PAPER, "kind": AuthorKind.CARD}, **kwargs)
        sessions = Session.objects.filter(meeting__space=space).select_related("meeting")
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]


class DebateForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("A question is best: “What should the square become?”")
    )
    description = LocalizedFormField(
        label=gettext_lazy("Description"),
        is_long=True,
        required=False,
        help_text=gettext_lazy("What is asked, what is known, what the town will do with the answers."),
    )

    class Meta:
        model = Debate
        fields = ["title", "description"]


class ConclusionForm(NothingHidden, forms.ModelForm):
    conclusion = LocalizedFormField(
        label=gettext_lazy("Conclusion"),
        is_long=True,
        help_text=gettext_lazy(
            "What the town keeps of the debate and what happens next. Publishing it closes the debate."
        ),
    )

    class Meta:
        model = Debate
        fields = ["conclusion"]
