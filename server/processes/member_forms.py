"""Forms about who belongs to a space, who may read it, and what it hangs together with."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from server.accounts.models import User
from server.web.plain_text import NothingHidden

from .copy_forms import DayField
from .forms import RESERVED
from .localized_forms import LocalizedFormField
from .models import Member, Space, SpaceGroup

LONGEST_SHARE = timedelta(days=366)


class MemberForm(NothingHidden, forms.ModelForm):
    """``member.user`` is the account of the address, where one is given."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As it stands on the public list, if the person agrees to it.")
    )
    part = LocalizedFormField(
        label=_("Role"), required=False, help_text=_("What the person is there: chair, drawn by lot, expert.")
    )
    since = DayField(label=_("Since"), help_text=_("From when the person belongs to it."))
    is_listed = forms.BooleanField(
        label=_("On the public list"),
        required=False,
        initial=True,
        help_text=_("Name, role and date are shown on the page of the space. Ask the person first."),
    )
    email = forms.EmailField(
        label=_("E-mail of the account"),
        required=False,
        help_text=_("With it the person can read this space while it is for its members only."),
    )

    class Meta:
        model = Member
        fields = ["name", "part", "since", "is_listed"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if email:
            self.instance.user = User.objects.filter(email__iexact=email, is_active=True).first()
            if self.instance.user is None:
                raise forms.ValidationError(_("There is no account with this address."))
        return email


class ShareForm(NothingHidden, forms.Form):
    label = forms.CharField(
        label=_("For whom"),
        max_length=120,
        help_text=_("So that you know later which link is which. Nobody else sees it."),
    )
    last_day = DayField(label=_("Good until"), help_text=_("The last day on which the link opens the space."))

    def clean_last_day(self) -> datetime:
        day = self.cleaned_data["last_day"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST_SHARE:
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class TiesForm(NothingHidden, forms.Form):
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=SpaceGroup.objects.all(),
        required=False,
        help_text=_("Its page lists all processes that belong together."),
    )
    parent = forms.ModelChoiceField(
        label=_("Part of the assembly"),
        queryset=Space.objects.none(),
        required=False,
        help_text=_("Each is named on the page of the other."),
    )
    linked = forms.ModelMultipleChoiceField(
        label=_("Linked spaces"),
        queryset=Space.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Named on this page, and this one on theirs, once both are published."),
    )

    def __init__(self, posted: Any, *, space: Space, user: User) -> None:
        linked = list(space.linked.all())
        initial = {"group": space.group_id, "parent": space.parent_id, "linked": linked}
        super().__init__(posted, initial=initial)
        run = Space.objects.run_by(user).values("pk")
        known = Q(published_at__isnull=False) | Q(pk__in=run)
        kept = Q(pk__in=[one.pk for one in linked]) | Q(pk=space.parent_id)
        others = Space.objects.filter(known | kept).exclude(pk=space.pk)
        below = below_of(space)
        assemblies = others.filter(kind=Space.Kind.ASSEMBLY).exclude(pk__in=below)
        self.fields["parent"].queryset = assemblies  # type: ignore[attr-defined]
        self.fields["linked"].queryset = others  # type: ignore[attr-defined]


def below_of(space: Space) -> set[int]:
    """The spaces that are part of this one, however far down: none of them can be what it is part of."""
    found: set[int] = set()
    step = {space.pk}
    while step:
        step = set(Space.objects.filter(parent__in=step).values_list("pk", flat=True)) - found
        found |= step
    return found


class GroupForm(NothingHidden, forms.ModelForm):
    title = LocalizedFormField(label=_("Title"), help_text=_("The heading of its public page."))
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_("The last part of the address: small letters, digits and hyphens."),
    )
    description = LocalizedFormField(
        label=_("Description"),
        is_long=True,
        max_length=2000,
        required=False,
        help_text=_("What these processes share."),
    )

    class Meta:
        model = SpaceGroup
        fields = ["title", "slug", "description"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if slug in RESERVED:
            raise forms.ValidationError(_("This word is kept for the office itself. Choose another address."))
        return slug
