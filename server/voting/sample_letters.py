"""What the letters to a random sample of the marked say, in the installation's language: a question, never a vote."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from printouts.asking import Question, SlipWords, draw_questions
from server.web.templatetags.parvis import day, number

from .printed import address_lines

if TYPE_CHECKING:
    from .models import Sample, SampleLetter


def sample_letters(sample: Sample) -> bytes:
    """All letters of a sample as one PDF, in the order of the draw. They carry no code: the same each time."""
    out = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE):
        draw_questions(
            (_question(sample, one) for one in sample.letters.with_people()),
            out,
            heading=_("Did you come and vote?"),
            slip=_slip(sample),
            authority=settings.PARVIS_TOWN,
            place_and_date=day(sample.drawn_on),
            language=settings.LANGUAGE_CODE[:2],
        )
    return out.getvalue()


def _question(sample: Sample, letter: SampleLetter) -> Question:
    entry, meeting = letter.mark.entry, letter.session.meeting
    said = {
        "box": _short(str(sample.box.title), 100),
        "day": day(meeting.starts_at),
        "place": ", ".join(_short(name, 60) for name in (str(meeting.title), meeting.place) if name),
        "size": number(sample.size),
        "until": day(sample.answer_by),
    }
    return Question(
        address=[str(entry), *address_lines(entry.address)],
        name=str(entry),
        paragraphs=[
            _("Our list says that you voted in person on %(day)s (%(place)s), in the vote “%(box)s”.") % said,
            _("We ask %(size)s people, drawn by lot, so that everybody can trust the lists of the desks.") % said,
            _("How you voted is known to nobody, and nobody asks you.") % said,
            _("Please tick below what is true, and answer by %(until)s. If you did not come, it matters most.") % said,
        ],
        about=_("%(name)s, No. %(number)s on the roll") % {"name": entry, "number": entry.number},
    )


def _short(name: str, most: int) -> str:
    """A name may be longer than the letter has room for above its slip."""
    return Truncator(name).chars(most)


def _slip(sample: Sample) -> SlipWords:
    return SlipWords(
        heading=_("My answer"),
        answers=[_("Yes, I came and voted there."), _("No, I did not vote there.")],
        remark=_("If no, what do you know of it?"),
        back_to=_("Back to: %(where)s, until %(until)s.") % {"where": sample.answer_to, "until": day(sample.answer_by)},
        cut_here=_("Cut here"),
        sign=_("Date and signature"),
    )
