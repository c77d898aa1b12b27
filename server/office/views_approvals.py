"""The page on which a second person agrees, or does not."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .access import access_approval
from .approvals import MATTERS, agree, refuse


@login_required
@require_http_methods(["GET", "POST"])
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    this = access_approval(request.user, pk)
    matter = MATTERS[this.kind]
    if request.method == "POST" and request.POST.get("answer") == "agree":
        return redirect(agree(approval=this, by=request.user))
    if request.method == "POST":
        refuse(approval=this, by=request.user)
        messages.success(request, _("It is not done. Nothing was changed."))
        return redirect(matter.address(this))
    facts = {
        "approval": this,
        "space": this.space,
        "here": "overview",
        "title": matter.title,
        "told": matter.told(this) if this.is_waiting else (),
        "address": matter.address(this),
        "is_mine": this.asked_by_id == request.user.pk,
    }
    return render(request, "office/approval.html", facts)
