"""What ``attention`` found, in words: a sentence, where to settle it, and the deed's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from server.web.templatetags.parvis import day

from .attention import Need, attention
from .attention_facts import space_facts
from .standing import Standing

if TYPE_CHECKING:
    from .models import Space


@dataclass(frozen=True)
class Call:
    """Something that waits for a person: a sentence, where to settle it, and the deed's name."""

    text: str
    url: str
    deed: str
    icon: str = "warn"
    urgency: str = "now"


def needs_attention(here: Standing) -> list[Call]:
    """What someone should look at today, most pressing first."""
    return [_call(need, here.space) for need in attention(space_facts(here))]


def _call(need: Need, space: Space) -> Call:
    sentence, address, deed, icon = CALLS[need.kind]
    name, _hash, part = address.partition("#")
    url = reverse(name, args=_arguments(name, need.ref, space)) + (f"#{part}" if part else "")
    facts = {name: day(value) if isinstance(value, date) else value for name, value in need.facts.items()}
    return Call(str(sentence % facts), url, str(deed), icon, need.urgency)


def _arguments(name: str, ref: Any, space: Space) -> list[Any]:
    if name in OF_A_ROW:
        return [ref]
    if name in OF_A_COMPONENT:
        return [space.slug, *ref]
    return [] if name in OF_THE_HOUSE else [space.slug, ref] if name in OF_BOTH else [space.slug]


OF_A_ROW = {
    "office_meetings:session", "office_meetings:edit_session", "office_meetings:closing", "office_devices:devices",
    "office_voting:box", "office_voting:desk_lists", "office_voting:post", "office_closing:box", "paper:review",
    "paper:scans", "paper:print_runs", "paper:letters", "acts:job", "acts:approval", "office_meetings:ideas",
}  # fmt: skip
OF_THE_HOUSE = {"office_witnesses:witnesses"}
OF_BOTH = {
    "office:phase_edit", "office:phase_answer", "office:phase_close", "office:phase_begin", "office:phase_end",
    "office_voting:roll_import", "office_voting:look_alikes", "cards:queue",
}  # fmt: skip
OF_A_COMPONENT = {"office_proposals:amendment"}
CALLS: dict[str, tuple[Any, str, Any, str]] = {
    "witness_alarm": (
        _("“%(witness)s”, a witness of the public list, raises an alarm: the list may have been changed."),
        "office_witnesses:witnesses",
        _("Read the alarm"),
        "warn",
    ),
    "late_records": (
        ngettext_lazy(
            "%(count)d record that came late or out of line waits for a decision in “%(session)s”.",
            "%(count)d records that came late or out of line wait for a decision in “%(session)s”.",
            "count",
        ),
        "office_meetings:closing#late",
        _("Decide"),
        "warn",
    ),
    "doubted_ballots": (
        ngettext_lazy(
            "%(count)d ballot of a device that is not trusted any more waits for a decision in “%(session)s”.",
            "%(count)d ballots of a device that is not trusted any more wait for a decision in “%(session)s”.",
            "count",
        ),
        "office_meetings:closing#doubted",
        _("Decide"),
        "warn",
    ),
    "out_of_line": (
        ngettext_lazy(
            "%(count)d ballot of “%(session)s” does not stand in the chain of its device.",
            "%(count)d ballots of “%(session)s” do not stand in the chain of their device.",
            "count",
        ),
        "office_meetings:closing#groups",
        _("Decide"),
        "people",
    ),
    "ideas_waiting": (
        ngettext_lazy(
            "%(count)d idea, endorsement or comment came late to “%(session)s” and waits for a decision.",
            "%(count)d ideas, endorsements or comments came late to “%(session)s” and wait for a decision.",
            "count",
        ),
        "office_meetings:ideas#aside-title",
        _("Decide"),
        "people",
    ),
    "walk_ins": (
        ngettext_lazy(
            "%(count)d person of “%(session)s” is not on the roll and waits for a decision.",
            "%(count)d people of “%(session)s” are not on the roll and wait for a decision.",
            "count",
        ),
        "office_voting:desk_lists",
        _("Decide"),
        "people",
    ),
    "envelopes_doubtful": (
        ngettext_lazy(
            "%(count)d envelope of “%(box)s” is doubtful and waits for a decision.",
            "%(count)d envelopes of “%(box)s” are doubtful and wait for a decision.",
            "count",
        ),
        "office_voting:post",
        _("Decide"),
        "people",
    ),
    "envelopes_shut": (
        _("The accepted envelopes of “%(box)s” can be opened and mixed."),
        "office_voting:post",
        _("Open and mix"),
        "box",
    ),
    "marked_twice": (
        ngettext_lazy(
            "%(count)d person on the paper list of “%(session)s” is marked elsewhere as well.",
            "%(count)d people on the paper list of “%(session)s” are marked elsewhere as well.",
            "count",
        ),
        "office_voting:desk_lists",
        _("Decide"),
        "people",
    ),
    "sheets_waiting": (
        ngettext_lazy(
            "%(count)d sheet of “%(session)s” needs a person to look at it.",
            "%(count)d sheets of “%(session)s” need a person to look at them.",
            "count",
        ),
        "paper:review",
        _("Review the sheets"),
        "scan",
    ),
    "scans_stopped": (
        ngettext_lazy(
            "The reading of %(count)d file of scans of “%(session)s” has stopped.",
            "The reading of %(count)d files of scans of “%(session)s” has stopped.",
            "count",
        ),
        "paper:scans",
        _("See the scans"),
        "scan",
    ),
    "device_holds": (
        ngettext_lazy(
            "Device “%(device)s” holds %(count)d record that has not arrived.",
            "Device “%(device)s” holds %(count)d records that have not arrived.",
            "count",
        ),
        "office_devices:devices",
        _("See the device"),
        "offline",
    ),
    "device_saw_another_list": (
        _("Device “%(device)s” saw a public list that is not this one. Was a backup restored, or the list changed?"),
        "office_devices:devices",
        _("See the device"),
        "warn",
    ),
    "device_copied": (
        _("The key of device “%(device)s” has begun a second chain of records: there is a copy of it."),
        "office_devices:devices",
        _("See the device"),
        "warn",
    ),
    "devices_unknown": (
        ngettext_lazy(
            "%(count)d device sends to “%(session)s” that this installation does not know.",
            "%(count)d devices send to “%(session)s” that this installation does not know.",
            "count",
        ),
        "office_devices:devices",
        _("Compare and take in"),
        "warn",
    ),
    "device_silent": (
        _("Device “%(device)s” has not been heard for ten minutes."),
        "office_devices:devices",
        _("See the device"),
        "offline",
    ),
    "session_past_end": (
        _("Session “%(session)s” is past its hour and still open."),
        "office_meetings:session",
        _("See the session"),
        "calendar",
    ),
    "stacks_not_counted": (
        _("Session “%(session)s” is closed and not reconciled. Its stacks are not counted yet."),
        "office_meetings:closing",
        _("Enter the count"),
        "check",
    ),
    "accounts_open": (
        ngettext_lazy(
            "%(count)d account of “%(session)s” does not add up.",
            "%(count)d accounts of “%(session)s” do not add up.",
            "count",
        ),
        "office_meetings:closing",
        _("See the accounts"),
        "warn",
    ),
    "session_not_reconciled": (
        _("Session “%(session)s” is closed and not reconciled."),
        "office_meetings:closing",
        _("Reconcile"),
        "check",
    ),
    "session_not_open": (
        _("Session “%(session)s” should have begun and is not open."),
        "office_meetings:session",
        _("See the session"),
        "calendar",
    ),
    "session_never_opened": (
        _("Session “%(session)s” is over and was never opened. Close it all the same."),
        "office_meetings:session",
        _("See the session"),
        "calendar",
    ),
    "session_without_box": (
        _("Session “%(session)s” has no ballot box yet."),
        "office_meetings:edit_session",
        _("Choose the ballot boxes"),
        "box",
    ),
    "no_kiosk": (
        _("No kiosk is enrolled for “%(session)s”."),
        "office_devices:devices",
        _("Invite a device"),
        "device",
    ),
    "no_sheets": (
        _("No sheet is printed for “%(session)s”."),
        "paper:print_runs",
        _("Print the sheets"),
        "print",
    ),
    "box_incomplete": (
        _("“%(box)s” cannot be frozen yet: %(problem)s"),
        "office_voting:box",
        _("Complete it"),
        "box",
    ),
    "box_not_frozen": (
        _("“%(box)s” is complete and not frozen. Freeze it before sheets are printed and kiosks prepared."),
        "office_voting:box",
        _("Freeze the ballot box"),
        "lock",
    ),
    "vote_not_open": (
        _("The voting phase has begun and the vote “%(box)s” is not open."),
        "office_voting:box",
        _("Open the vote"),
        "box",
    ),
    "vote_past_end": (
        _("The voting phase is over and the vote “%(box)s” is still open."),
        "office_closing:box",
        _("Close the vote"),
        "box",
    ),
    "box_not_reconciled": (
        _("“%(box)s” is closed and not reconciled."),
        "office_closing:box",
        _("Reconcile the box"),
        "check",
    ),
    "box_not_opened": (
        _("“%(box)s” is reconciled and waits to be opened."),
        "office_closing:box",
        _("Open the box"),
        "box",
    ),
    "result_not_certified": (
        _("The ballots of “%(box)s” are read and the result is not certified."),
        "office_closing:box",
        _("Certify the result"),
        "check",
    ),
    "letters_missing": (
        ngettext_lazy(
            "%(count)d person on the roll of “%(box)s” has no letter with a code.",
            "%(count)d people on the roll of “%(box)s” have no letter with a code.",
            "count",
        ),
        "paper:letters",
        _("Print the letters"),
        "print",
    ),
    "second_person": (
        _("A second person must agree: %(deed)s."),
        "acts:approval",
        _("Read and answer"),
        "people",
    ),
    "to_moderate": (
        ngettext_lazy(
            "%(count)d text was reported or looks like advertising, and waits for a moderator.",
            "%(count)d texts were reported or look like advertising, and wait for a moderator.",
            "count",
        ),
        "office_moderation:queue",
        _("Decide"),
        "people",
    ),
    "amendments_waiting": (
        ngettext_lazy(
            "%(count)d amendment of “%(component)s” waits for the town to decide.",
            "%(count)d amendments of “%(component)s” wait for the town to decide.",
            "count",
        ),
        "office_proposals:amendment",
        _("Decide"),
        "people",
    ),
    "card_images_go": (
        ngettext_lazy(
            "%(count)d card of “%(component)s” is not typed in. Its image is destroyed on %(day)s.",
            "%(count)d cards of “%(component)s” are not typed in. Their images are destroyed on %(day)s.",
            "count",
        ),
        "cards:queue",
        _("Type them in"),
        "warn",
    ),
    "cards_waiting": (
        ngettext_lazy(
            "%(count)d card of “%(component)s” waits to be typed in.",
            "%(count)d cards of “%(component)s” wait to be typed in.",
            "count",
        ),
        "cards:queue",
        _("Type them in"),
        "scan",
    ),
    "job_stopped": (
        _("Stopped before its end: %(job)s."),
        "acts:job",
        _("See what stopped it"),
        "warn",
    ),
    "roll_empty": (
        _("Nobody is on the roll “%(roll)s” yet."),
        "office_voting:roll_import",
        _("Bring in people"),
        "people",
    ),
    "roll_look_alikes": (
        ngettext_lazy(
            "%(count)d pair of lines on the roll “%(roll)s” looks alike.",
            "%(count)d pairs of lines on the roll “%(roll)s” look alike.",
            "count",
        ),
        "office_voting:look_alikes",
        _("Tell them apart"),
        "people",
    ),
    "not_published": (
        _("The vote is near and residents do not see this space yet."),
        "office:edit_space",
        _("Publish it"),
        "eye",
    ),
    "no_promise": (
        _("The phase “%(phase)s” is under way and promises nothing."),
        "office:phase_edit",
        _("Write the promise"),
        "edit",
    ),
    "no_answer": (
        _("The phase “%(phase)s” is over and its promise has no answer."),
        "office:phase_answer",
        _("Write the answer"),
        "edit",
    ),
    "phase_not_closed": (
        _("The phase “%(phase)s” is over and answered. It can be closed."),
        "office:phase_close",
        _("Close it"),
        "lock",
    ),
    "phase_not_begun": (
        _("The phase “%(phase)s” should have begun, and waits for your hand."),
        "office:phase_begin",
        _("Begin it"),
        "forward",
    ),
    "phase_past_end": (
        _("The phase “%(phase)s” is past its planned end, and still runs."),
        "office:phase_end",
        _("End it"),
        "lock",
    ),
}
