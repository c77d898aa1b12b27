"""The office's pages of phases: their list, what each says and opens, its beginning, end, answer and closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from server.office.lists import filter_by, listing, redirect_with_undo

from .access import Role, access_space
from .forms import PhaseForm
from .models import Door, Involvement, Phase, Space
from .phase_actions import begin_phase, close_phase, delete_phase, end_phase, save_answer, save_openings, save_phase
from .phase_forms import AnswerForm, OpeningsForm

if TYPE_CHECKING:
    from server.office.models import Act


@login_required
@require_GET
def phases(request: HttpRequest, slug: str) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    times = [("now", _("Under way")), ("coming", _("To come")), ("past", _("Over"))]
    shown = listing(
        request,
        list(here.phases.prefetch_related("openings")),
        sorts={"order": ("position", "starts_at", "pk")},
        first="order",
        words=lambda phase: " ".join([*phase.title.values(), *phase.promise.values()]),
        filters=[
            filter_by("time", _("When"), times),
            filter_by("involvement", _("Degree of involvement"), Involvement.choices),
        ],
    )
    return render(request, "processes/office/phases.html", {"space": here, "here": "phases", "listing": shown})


@login_required
@require_http_methods(["GET", "POST"])
def phase_add(request: HttpRequest, slug: str) -> HttpResponse:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    return _phase_form(request, here, Phase(space=here))


@login_required
@require_http_methods(["GET", "POST"])
def phase_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    here, phase = _reached(request, slug, pk)
    return _phase_form(request, here, phase)


def _reached(request: HttpRequest, slug: str, pk: int) -> tuple[Space, Phase]:
    here = access_space(request.user, slug, to=Role.ORGANISER)
    return here, get_object_or_404(here.phases, pk=pk)


def _facts(here: Space, phase: Phase, **more: Any) -> dict[str, Any]:
    return {"space": here, "phase": phase, "here": "phases", **more}


def _phase_form(request: HttpRequest, here: Space, phase: Phase) -> HttpResponse:
    form = PhaseForm(request.POST or None, instance=phase)
    if request.method == "POST" and form.is_valid():
        is_new = phase.pk is None
        save_phase(phase=form.save(commit=False), by=request.user)
        messages.success(request, _("The phase is saved."))
        if is_new and here.components.exists():
            return redirect("office:phase_opens", here.slug, phase.pk)
        return redirect("office:phases", here.slug)
    status = 400 if form.errors else 200
    return render(request, "processes/office/phase_form.html", _facts(here, phase, form=form), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def phase_opens(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A table of ticks: what people may do in this phase, in which component, by which door."""
    here, phase = _reached(request, slug, pk)
    form = OpeningsForm(request.POST if request.method == "POST" else None, phase=phase)
    if request.method == "POST" and form.is_valid():
        act = save_openings(phase=phase, opened=form.opened(), by=request.user)
        messages.success(request, _("What the phase opens is saved."))
        return redirect_with_undo(act, "office:phases", slug) if act else redirect("office:phases", slug)
    facts = _facts(here, phase, form=form, lines=form.lines(), doors=[door.label for door in Door])
    return render(request, "processes/office/phase_opens.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def phase_begin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _asked(request, slug, pk, begin_phase, "phase_begin")


@login_required
@require_http_methods(["GET", "POST"])
def phase_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _asked(request, slug, pk, end_phase, "phase_end")


@login_required
@require_http_methods(["GET", "POST"])
def phase_close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET shows what still stands in the way."""
    return _asked(request, slug, pk, close_phase, "phase_close")


@login_required
@require_http_methods(["GET", "POST"])
def phase_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _asked(request, slug, pk, delete_phase, "phase_delete")


def _asked(request: HttpRequest, slug: str, pk: int, deed: Callable[..., Act], page: str) -> HttpResponse:
    """GET asks, POST does."""
    here, phase = _reached(request, slug, pk)
    if request.method == "POST":
        return redirect_with_undo(deed(phase=phase, by=request.user), "office:phases", slug)
    return render(request, f"processes/office/{page}.html", _facts(here, phase))


@login_required
@require_http_methods(["GET", "POST"])
def phase_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What became of the promise: kept as a draft, or published. Publishing is an act of its own."""
    here, phase = _reached(request, slug, pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": phase.answer})
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"].keeping(phase.answer)
        is_public = request.POST.get("publish") == "1"
        act = save_answer(phase=phase, answer=answer, is_public=is_public, by=request.user)
        return redirect_with_undo(act, "office:phases", slug)
    status = 400 if form.errors else 200
    return render(request, "processes/office/phase_answer.html", _facts(here, phase, form=form), status=status)
