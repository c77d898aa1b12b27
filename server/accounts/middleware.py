"""Staff prove who they are twice: where the installation asks for it, the office opens with a second factor only."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

# Rooms of staff: what is done there changes votes.
ROOMS = ("/office/", "/desk/")


class StaffSecondFactorMiddleware(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """A way to the second factor, for whoever knocks at the office without one."""
        if not settings.PARVIS_STAFF_MFA or not request.path.startswith(ROOMS):
            return None
        if not request.user.is_authenticated or is_mfa_enabled(request.user):
            return None
        if not EmailAddress.objects.filter(user=request.user, verified=True).exists():
            messages.info(request, _("Who works here proves it twice. Confirm your e-mail address first."))
            return redirect("account_email")
        messages.info(request, _("Who works here proves it twice: set up an app on your telephone."))
        return redirect("mfa_activate_totp")
