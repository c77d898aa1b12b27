"""What cannot be done with proxies and help."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from server.web.refusals import Refusal


class NoProxies(Refusal):
    code = "no_proxies"
    message = _("This vote knows no proxies: its frozen definition does not say so.")


class ProxyLimit(Refusal):
    code = "proxy_limit"
    message = _("This person already carries as many proxies as the vote allows.")


class ProxyChain(Refusal):
    code = "proxy_chain"
    message = _("Who gave a proxy is away and cannot carry one; who carries one comes, and cannot give one.")


class ProxyGiven(Refusal):
    code = "proxy_given"
    message = _("This person gave a proxy. If they came themselves, revoke it first; then mark them.")


class ProxyMissing(Refusal):
    code = "proxy_missing"
    message = _("There is no proxy of this person that could be used here, for every question of this session.")


class ProxyUsed(Refusal):
    code = "proxy_used"
    message = _("This proxy was already used. Undo the mark against its pass, if that was a mistake.")


class NoHelp(Refusal):
    code = "no_help"
    message = _("This vote notes no help: its frozen definition does not say so.")


class HelperNameMissing(Refusal):
    code = "helper_name_missing"
    message = _("Type the name of the helper.")
    status = 422


class HelpLimit(Refusal):
    code = "help_limit"
    message = _("This person has already helped as many people as the vote allows. Somebody else must help.")
