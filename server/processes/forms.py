"""Forms of the organiser: a space and its phases."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.web.plain_text import NothingHidden
from server.web.templatetags.parvis import day

from .folding import fold
from .localized_forms import LocalizedFormField
from .models import Involvement, Phase, Space, SpaceRole

# Words that stand in the addresses of the office themselves.
RESERVED = {"new", "paper", "meetings", "sessions", "devices", "boxes", "closing", "rolls", "budgets", "live"}
RESERVED |= {"groups", "log", "jobs", "site", "people", "invitations", "witnesses"}

VOTE = "vote"  # the activity of a phase in which people vote


class MomentField(forms.DateTimeField):
    """Day and hour, in the time zone of the installation."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class DayField(forms.DateField):
    """A day, of this century."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not 2000 <= value.year <= 2100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class SpaceForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(
        label=_("Title"), help_text=_("The heading of the public page, in each language that you fill in.")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_(
            "The last part of the address of the public page: small letters, digits and hyphens. Leave it empty to "
            "have it made from the title."
        ),
    )
    summary = LocalizedFormField(
        label=_("Summary"),
        is_long=True,
        max_length=600,
        required=False,
        help_text=_("Two sentences, shown in lists and under the heading."),
    )
    description = LocalizedFormField(
        label=_("Description"),
        is_long=True,
        required=False,
        help_text=_("What it is about, who may take part, what becomes of it."),
    )
    is_public = forms.BooleanField(
        label=_("Publish"),
        required=False,
        help_text=_("Everybody can see the public page. Drafts are seen by staff only."),
    )

    class Meta:
        model = Space
        fields = ["title", "slug", "summary", "description"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_public" in self.fields:
            self.fields["is_public"].initial = self.instance.is_published
        if self.instance.pk and self.instance.components.filter(boxes__definition__gt="").exists():
            # The address stands in the frozen definition, in the log and on printed letters.
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("A ballot box is frozen: the address is part of it and stays.")

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower() or self.instance.slug or self._slug_of_title()
        if slug in RESERVED:
            raise forms.ValidationError(_("This word is kept for the office itself. Choose another address."))
        return slug

    def _slug_of_title(self) -> str:
        """From the title, cut at a word; with a number behind it where it is taken."""
        title = next((text for text in (self.cleaned_data.get("title") or {}).values() if text), "")
        plain = slugify(fold(title))[:50].rstrip("-") or "space"
        taken = RESERVED | set(Space.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
        return next(name for name in (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)


class PhaseForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(
        label=_("Title"), help_text=_("A few words, shown on the public calendar of the process.")
    )
    starts_at = MomentField(label=_("Starts"), help_text=_("Day and hour where the town is."))
    ends_at = MomentField(label=_("Ends"), help_text=_("From then on the public pages show it as over."))
    activation = forms.ChoiceField(
        label=_("Begins and ends"),
        choices=Phase.Activation.choices,
        initial=Phase.Activation.DATES,
        required=False,
        help_text=_("By hand: you press a button when it is time. The dates then say what is planned."),
    )
    involvement = forms.TypedChoiceField(
        label=_("Degree of involvement"),
        choices=Involvement.choices,
        coerce=int,
        initial=Involvement.CODECISION,
        help_text=_("How far this phase lets people in. Shown as five steps on the public page."),
    )
    promise = LocalizedFormField(
        label=_("Promise"),
        is_long=True,
        max_length=2000,
        required=False,
        help_text=_("What will be done with the contributions, by whom, by when."),
    )
    is_vote = forms.BooleanField(
        label=_("People vote in this phase"),
        required=False,
        help_text=_("The public pages then say until when one can vote. The vote itself is opened and closed by you."),
    )

    class Meta:
        model = Phase
        fields = ["title", "starts_at", "ends_at", "activation", "involvement", "promise"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_vote"].initial = VOTE in self.instance.activities

    def clean_activation(self) -> str:
        return self.cleaned_data["activation"] or self.instance.activation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("A phase ends after it starts."))
        others = [one for one in self.instance.activities if one != VOTE]
        self.instance.activities = [*others, VOTE] if cleaned.get("is_vote") else others
        return cleaned


class RoleForm(NothingHidden, forms.Form):
    """Somebody with an account, and what they do. Organisers may learn whether an address has an account."""

    email = forms.EmailField(label=_("E-mail of the account"), help_text=_("The person makes an account first."))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=SpaceRole.Role.choices,
        initial=SpaceRole.Role.DESK,
        help_text=_("It opens the rooms of this space that the work needs, and no others."),
    )
    meetings = forms.TypedMultipleChoiceField(
        label=_("Only at these meetings"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For desk and scanner. None chosen: at all of them, also those to come."),
    )

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, f"{one}, {day(one.starts_at)}") for one in space.meetings.all()]
        self.fields["meetings"].choices = choices
        if not choices:
            del self.fields["meetings"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("meetings") and cleaned.get("role") not in (SpaceRole.Role.DESK, SpaceRole.Role.SCANNER):
            self.add_error(
                "meetings", _("Only a desk or a scanner is limited to meetings. Choose none, or another role.")
            )
        return cleaned

    def clean_email(self) -> str:
        self.user = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if self.user is None:
            raise forms.ValidationError(_("There is no account with this address."))
        return self.cleaned_data["email"]
