"""In which language a reader gets the texts of the town, where the town writes in more languages than the pages speak.

Said by the reader (the cookie ``display_texts``), else by the browser: the first of its languages that is ours. Whoever
chose the language of the pages by hand gets the texts in it as well. Staff at work read in the language of their pages:
what they print and freeze must not depend on what they like to read.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation.trans_real import parse_accept_lang_header

from server.processes.localized import read_texts_in

AS_THE_PAGE = "page"
AT_WORK = ("/office/", "/desk/", "/api/")


class TextsMiddleware(MiddlewareMixin):
    """After LocaleMiddleware, which finds the language of the page and says on what it depends."""

    def process_request(self, request: HttpRequest) -> None:
        read_texts_in(wanted(request))

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        read_texts_in("")
        return response


def wanted(request: HttpRequest) -> str:
    """A further language; "" for that of the page."""
    further = settings.PARVIS_CONTENT_LANGUAGES
    if not further or request.path.startswith(AT_WORK):
        return ""
    chosen = request.COOKIES.get("display_texts", "")
    if chosen in further:
        return chosen
    if chosen == AS_THE_PAGE or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return ""
    told = (
        code.partition("-")[0] for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    )
    ours = next((code for code in told if code in further or code in dict(settings.LANGUAGES)), "")
    return ours if ours in further else ""
