"""The random sample of marks, for the office: the draw, the letters, and what people answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.web.refusals import Refusal

from .access import access_frozen
from .actions import draw_sample, note_answer
from .actions.sampling import WHILE, marks_to_draw_from
from .desk_views import no_store
from .forms_samples import AnswerForm, SampleForm
from .models import Box, Sample
from .sample_letters import sample_letters
from .samples import outcome_of
from .sampling import false_counts, table


def _access(request: HttpRequest, ref: str) -> Box:
    box = access_frozen(request.user, ref)
    if box.regime != Box.Regime.PERSON:
        raise Http404
    return box


def _sample(box: Box) -> Sample:
    return get_object_or_404(Sample, box=box)


def _facts(box: Box) -> dict[str, Any]:
    return {"space": box.space, "here": "boxes", "box": box, "may_note": box.state in WHILE}


@login_required
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest, ref: str) -> HttpResponse:
    """What a sample can find, and the form of the draw; once drawn, whom it met and what they answer."""
    box = _access(request, ref)
    drawn = Sample.objects.filter(box=box).first()
    if drawn is not None:
        facts = _facts(box) | {"sample": drawn, "letters": drawn.letters.with_people(), "outcome": outcome_of(drawn)}
        return no_store(render(request, "voting/office/sample.html", facts))
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draw_sample(box=box, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Drawn. Print the letters and send them."))
            return redirect("office_closing:sample", ref)
    marks = marks_to_draw_from(box).count()
    facts = _facts(box) | {"form": form, "marks": marks, "table": table(marks), "false_counts": false_counts(marks)}
    return no_store(render(request, "voting/office/sample_draw.html", facts, status=422 if form.errors else 200))


@login_required
@require_GET
def letters(request: HttpRequest, ref: str) -> HttpResponse:
    answer = HttpResponse(sample_letters(_sample(_access(request, ref))), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="sample-{ref}.pdf"'
    return no_store(answer)


@login_required
@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, ref: str, place: str) -> HttpResponse:
    """One person who was drawn; POST notes the answer."""
    box = _access(request, ref)
    rows = _sample(box).letters.with_people().select_related("sample__box", "noted_by")
    this = get_object_or_404(rows, place=int(place))
    form = AnswerForm(request.POST or None, initial={"answer": this.answer, "note": this.note})
    if request.method == "POST" and form.is_valid():
        try:
            note_answer(letter=this, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("note" if refusal.code == "reason_missing" else None, str(refusal.message))
        else:
            messages.success(request, _("Noted."))
            return redirect("office_closing:sample", ref)
    facts = _facts(box) | {"letter": this, "form": form}
    return no_store(render(request, "voting/office/sample_letter.html", facts, status=422 if form.errors else 200))
