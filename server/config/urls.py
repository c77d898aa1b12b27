"""Addresses: each room brings its own. Staff pages lie under ``/office/`` and ``/desk/``, machines under ``/api/``."""

from importlib.util import find_spec

from django.urls import include, path

# (prefix, module): a room that is not built is simply not there.
ROOMS = [
    ("", "server.web.urls"),
    ("", "server.operations.urls"),
    ("accounts/", "server.accounts.urls_oidc"),
    ("accounts/", "allauth.urls"),
    ("account/", "server.accounts.urls"),
    ("i18n/", "django.conf.urls.i18n"),
    ("kiosk/", "server.devices.kiosk_urls"),
    ("api/v1/", "server.devices.urls_api"),
    ("api/v1/log/", "server.ledger.urls_api"),
    ("api/v1/log/", "server.witnesses.urls_api"),
    ("office/", "server.office.urls_office"),
    ("office/", "server.witnesses.urls_office"),
    ("office/", "server.plans.urls_office"),
    ("office/", "server.web.urls_office"),
    ("office/", "server.processes.urls_office"),
    ("office/", "server.enclosures.urls_office"),
    ("office/", "server.budgets.urls_office"),
    ("office/", "server.discussion.urls_office"),
    ("office/", "server.moderation.urls_office"),
    ("office/", "server.proposals.urls_office"),
    ("office/", "server.voting.urls_office"),
    ("office/", "server.meetings.urls_office"),
    ("office/", "server.devices.urls_office"),
    ("office/", "server.voting.urls_closing"),
    ("office/", "server.paper.urls"),
    ("office/", "server.cards.urls_office"),
    ("desk/", "server.voting.desk_urls"),
    ("desk/", "server.proposals.urls_desk"),
    ("", "server.ledger.urls"),
    ("", "server.enclosures.urls"),
    ("", "server.plans.urls"),
    ("", "server.processes.urls"),
    ("", "server.processes.urls_invitations"),
    ("", "server.budgets.urls"),
    ("", "server.discussion.urls"),
    ("", "server.moderation.urls"),
    ("", "server.notices.urls"),
    ("", "server.proposals.urls"),
    ("", "server.cards.urls"),
    ("", "server.meetings.urls"),
    ("", "server.voting.urls"),
    ("", "server.opendata.urls"),
    ("", "pwa.urls"),
]
urlpatterns = [path(prefix, include(module)) for prefix, module in ROOMS if find_spec(module)]

handler400 = "server.web.errors.bad_request"
handler403 = "server.web.errors.forbidden"
handler404 = "server.web.errors.not_found"
handler500 = "server.web.errors.server_error"
