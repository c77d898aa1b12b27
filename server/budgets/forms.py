"""Forms of the organiser: the amount, a project, a file of projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.opendata.published import PLAIN_ID
from server.processes.fault_words import sentence
from server.processes.localized_forms import LocalizedFormField
from server.processes.tables import Fault
from server.web.plain_text import NothingHidden

from .imports import MAX_NUMBER
from .models import Project
from .pabulib import amount, read_amount


class MoneyField(forms.CharField):
    """An amount in the currency of the budget; the value is whole cents."""

    def __init__(self, *, least_cents: int = 0, **kwargs: Any) -> None:
        self.least_cents = least_cents
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return amount(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            cents = read_amount(text.replace("€", "").strip())
        except ValueError as error:
            raise forms.ValidationError(sentence(Fault(0, str(error)))) from error
        if cents < self.least_cents:
            raise forms.ValidationError(_("The amount must be greater than zero."))
        return cents

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


class AmountForm(NothingHidden, forms.Form):
    amount_cents = MoneyField(label=_("Amount"), least_cents=1, help_text=_("In euros, like 200000 or 12 500,50."))


class CopiedForm(NothingHidden, forms.Form):
    """What the document of a space says of its budget."""

    amount = MoneyField(label=_("Amount"), least_cents=1, help_text=_("In euros, like 200000 or 12 500,50."))


class ProjectForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(label=_("Title"), help_text=_("Shown on the public pages and on the ballot."))
    cost_cents = MoneyField(label=_("Cost"), least_cents=1, help_text=_("In euros, like 200000 or 12 500,50."))
    number = forms.IntegerField(
        label=_("Number on the ballot"),
        min_value=1,
        max_value=MAX_NUMBER,
        required=False,
        help_text=_("The order on screens and sheets. Leave it empty to put the project last."),
    )
    code = forms.CharField(
        label=_("Identifier"),
        max_length=40,
        required=False,
        help_text=_(
            "Short and plain: letters, digits, hyphens. It names the project in the published data. Leave it empty to "
            "have it made."
        ),
    )
    category = LocalizedFormField(
        label=_("Category"),
        required=False,
        help_text=_("Like “Green spaces”. People filter the list of projects by it."),
    )
    description = LocalizedFormField(
        label=_("Description"),
        is_long=True,
        required=False,
        help_text=_("Shown on the page of the project, where people decide."),
    )

    class Meta:
        model = Project
        fields = ["title", "cost_cents", "number", "code", "category", "description"]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"] or self.instance.code
        if not code:
            return self._free_code()
        if not PLAIN_ID.fullmatch(code) or code == "status":
            raise forms.ValidationError(sentence(Fault(0, "bad_identifier")))
        everybody = Project.with_withdrawn.filter(budget=self.instance.budget).exclude(pk=self.instance.pk)
        if everybody.filter(code=code).exists():
            raise forms.ValidationError(_("Another project of this budget has this identifier."))
        return code

    def _free_code(self) -> str:
        taken = set(Project.with_withdrawn.filter(budget=self.instance.budget).values_list("code", flat=True))
        return next(code for code in (f"p{n}" for n in range(1, len(taken) + 2)) if code not in taken)

    def clean_number(self) -> int:
        number = self.cleaned_data["number"] or self.instance.number or 0
        if number and self._others().filter(number=number).exists():
            raise forms.ValidationError(sentence(Fault(0, "number_taken")))
        return number

    def _others(self) -> Any:
        return self.instance.budget.projects.exclude(pk=self.instance.pk)


class FileForm(NothingHidden, forms.Form):
    """A file to look at before anything is written."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("You see what it would change before anything is written."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.pb"}),
        error_messages={"required": _("Choose a file.")},
    )
