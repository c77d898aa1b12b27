"""What hangs in the hall, made when it is asked for: a poster on how to vote on paper, a label for the ballot box."""

from __future__ import annotations

import io

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from printouts.posters import BoxLabel, Poster, draw_box_label, draw_poster
from server.meetings.models import Session
from server.voting.definitions import Definition
from server.voting.models import Box
from server.voting.paper_form import LAYOUT_NUMBER, ballot_form, layouts_of
from server.web.templatetags.parvis import day

from .access import PRINTERS, access_session


@login_required
@require_GET
def hall_print(request: HttpRequest, ref: str, box_ref: str, kind: str) -> HttpResponse:
    session = access_session(request.user, ref, *PRINTERS)
    box = get_object_or_404(session.boxes.exclude(layout=""), ref=box_ref)
    out = io.BytesIO()
    with translation.override(settings.LANGUAGE_CODE):
        if kind == "poster":
            draw_poster(poster_of(box), out)
        elif kind == "label":
            draw_box_label(label_of(box, session), out)
        else:
            raise Http404
    answer = HttpResponse(out.getvalue(), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{box.ref[:8]}.pdf"'
    return answer


def poster_of(box: Box) -> Poster:
    """The rule of the frozen ballot in its own words, and three steps."""
    form = ballot_form(box, Definition.of(box).facts)
    is_long = len(layouts_of(box)[LAYOUT_NUMBER].pages) > 1
    drop = (
        _("Put all pages of your ballot into the ballot box.") if is_long else _("Put the sheet into the ballot box.")
    )
    return Poster(
        authority=form.authority,
        title=form.title,
        rule=form.instructions[0],
        steps=[_("Read your sheet."), _("Mark it with a cross, in black or blue."), drop],
        marks_yes=form.marks_yes,
        marks_no=form.marks_no,
        foot=_("Made a mistake? Ask the desk for another sheet."),
        shape=form.shape,
        language=form.language,
    )


def label_of(box: Box, session: Session) -> BoxLabel:
    meeting = session.meeting
    return BoxLabel(
        authority=settings.PARVIS_TOWN,
        heading=_("Ballot box"),
        title=str(box.title),
        lines=[str(meeting.title), str(session), f"{day(meeting.starts_at)}, {meeting.place}"],
        only=_("Only sheets of this vote."),
        fields=[_("Number of the seal"), _("Sealed by"), _("Closed at"), _("Opened by"), _("Sheets found")],
        language=settings.LANGUAGE_CODE[:2],
    )
