"""Forms of the print and scan pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.meetings.models import Session
from server.voting.forms_samples import seed_field, size_field
from server.voting.models import Box
from server.voting.paper_form import FORM_NAMES, LAYOUT_NUMBER
from server.web.plain_text import NothingHidden

from .models import SlipRun
from .printing import MOST_AT_ONCE
from .refusals import NoSuchLayout
from .shelf import layout_numbers


class OrderSheetsForm(NothingHidden, forms.Form):
    box = forms.ModelChoiceField(
        queryset=None, label=_("Ballot box"), empty_label=None, help_text=_("Only frozen boxes have a sheet to print.")
    )
    quantity = forms.IntegerField(
        label=_("Sheets"),
        min_value=0,
        max_value=MOST_AT_ONCE,
        initial=100,
        help_text=_("Each has a serial of its own, and each is accounted for at the closing."),
    )
    layout = forms.TypedChoiceField(
        label=_("Form of the sheet"),
        coerce=int,
        initial=LAYOUT_NUMBER,
        help_text=_("All say the same and are counted alike. Keep some sheets in large print at hand."),
        required=False,
        empty_value=LAYOUT_NUMBER,
    )
    tests = forms.IntegerField(
        label=_("Test sheets"),
        help_text=_("To try out printer and scanner. They never count."),
        min_value=0,
        max_value=100,
        initial=2,
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["box"].queryset = boxes = session.boxes.exclude(layout="")
        self.fields["box"].choices = [(box.pk, str(box)) for box in boxes]  # asked for once
        numbers = {number for box in boxes for number in layout_numbers(box)} | {LAYOUT_NUMBER}
        self.fields["layout"].choices = [(number, FORM_NAMES[number]) for number in sorted(numbers)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["layout"] not in layout_numbers(cleaned["box"]):
            self.add_error("layout", NoSuchLayout.message)
        if not self.errors and not cleaned["quantity"] + cleaned["tests"]:
            raise forms.ValidationError(_("Say how many sheets to print."))
        return cleaned


class OrderPassesForm(NothingHidden, forms.Form):
    passes = forms.IntegerField(
        label=_("Passes"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=100,
        help_text=_("One for each person you expect, and some more. What is left over is counted."),
    )
    form = forms.ChoiceField(
        label=_("Form"),
        choices=SlipRun.Form.choices,
        widget=forms.RadioSelect,
        initial=SlipRun.Form.SHEET,
        help_text=_("Cards fit into a box at the desk; sheets need no special paper."),
        required=False,
    )
    is_test = forms.BooleanField(
        label=_("For tests only"), help_text=_("Printed as specimens. They never count."), required=False
    )


class OrderPostForm(NothingHidden, forms.Form):
    """To whom letters with a return envelope go, and where the envelopes come back to."""

    session = forms.ModelChoiceField(
        label=_("Session that counts them"),
        queryset=None,
        empty_label=None,
        help_text=_("The envelopes come back to its desk, and their sheets are printed and scanned for it."),
    )
    who = forms.ChoiceField(
        label=_("To whom"),
        help_text=_("Everybody gets one envelope at most."),
        choices=[
            ("all", _("Everybody on the roll who has no envelope and did not vote in the hall")),
            ("some", _("Only the people found by these words")),
        ],
        widget=forms.RadioSelect,
        initial="some",
    )
    words = forms.CharField(
        label=_("Words"),
        max_length=200,
        required=False,
        help_text=_("Of a name or an address, or a number on the roll. You see who is found before anything is made."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, box: Box, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = [Session.State.CLOSED, Session.State.RECONCILED]
        self.fields["session"].queryset = box.sessions.exclude(state__in=over).select_related("meeting")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == "some" and not cleaned.get("words", "").split():
            self.add_error("words", _("Type a word, or choose everybody."))
        return cleaned


class UnusedForm(NothingHidden, forms.Form):
    unused = forms.IntegerField(
        label=_("Came back unused"),
        min_value=0,
        max_value=MOST_AT_ONCE,
        required=False,
        help_text=_("Counted by hand after the session. It enters the accounts."),
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) and data else [data or None]
        return [super(SeveralFilesField, self).clean(file, initial) for file in files]


class ScansForm(NothingHidden, forms.Form):
    files = SeveralFilesField(
        label=_("Scans or photos"),
        help_text=_("PDF or TIFF of a scanner, or photos as JPEG or PNG, several at once. One sheet per page."),
        widget=SeveralFiles(attrs={"accept": ".pdf,.tif,.tiff,.jpg,.jpeg,.png", "multiple": True}),
        allow_empty_file=True,
    )


class SheetCodeForm(NothingHidden, forms.Form):
    """Which sheet somebody holds."""

    code = forms.CharField(
        label=_("Number under the square"),
        max_length=60,
        help_text=_("18 characters. Its check characters find what is mistyped."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    image = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DrawSheetsForm(NothingHidden, forms.Form):
    """How many sheets are read again from the paper, and by which dice they are drawn."""

    size = size_field(_("Sheets"))
    seed = seed_field(
        _(
            "Ten dice, thrown in public, one figure after the other, like 3162554121. Write the same into your record: "
            "whoever has the public list and these figures draws the same sheets."
        )
    )


class MoreSheetsForm(NothingHidden, forms.Form):
    """A sample is added to, by the same dice."""

    size = forms.IntegerField(
        label=_("Sheets together"), min_value=2, help_text=_("With those that are drawn already. The same dice decide.")
    )
