"""The pages at the foot of the site: the institution's words where it wrote some, ours where it did not.

Ours are files, ``texts/<name>.<language>.md``. In both, words in braces stand for facts of the installation:
``{town}``, ``{origin}`` and the fields of ``SiteFacts``. What nobody has said yet is said to be missing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import nh3
from django.conf import settings
from django.core.cache import cache
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from server.processes.localized import Localized

from .models import SiteFacts, SiteText

HERE = Path(__file__).parent / "texts"
FACTS = ("email", "phone", "postal_address", "publisher", "host", "data_protection")
AUDIT = ("audited_on", "audited_by", "audit_rate", "audit_pages", "audit_findings", "accessibility_plan")
CONFORMITY, KEPT_S = "site.conformity", 60
TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "code", "br", "hr", "blockquote"}
MARKS = re.compile(r"([\\`*_\[\]<>#!|~])")


def site_facts() -> SiteFacts:
    return SiteFacts.objects.first() or SiteFacts()


def conformity() -> str:
    """What the foot of every page says of accessibility, as the law wants it. Asked once a minute, not every time."""
    state = cache.get_or_set(CONFORMITY, lambda: site_facts().conformity, KEPT_S) or SiteFacts.Conformity.NONE
    return str(SiteFacts.Conformity(state).label)


def own_text(name: str) -> Localized:
    """What the institution wrote; empty where our text stands."""
    row = SiteText.objects.filter(name=name).first()
    return row.text if row else Localized()


@lru_cache
def our_text(name: str) -> Localized:
    paths = {code: HERE / f"{name}.{code}.md" for code, _name in settings.LANGUAGES}
    return Localized({code: path.read_text(encoding="utf-8") for code, path in paths.items() if path.exists()})


def filled(text: str, facts: SiteFacts) -> str:
    """``text`` with the facts in place of the words in braces. Any other braces stay as they are."""
    said = {"town": settings.PARVIS_TOWN, "origin": settings.PARVIS_ORIGIN}
    said["conformity"] = str(facts.get_conformity_display())
    unsaid = _("(the institution has not said this yet)")
    said.update({name: getattr(facts, name) or unsaid for name in (*FACTS, "accessibility_plan")})
    said |= {
        "audit": audit_in_words(facts),
        "audit_findings": facts.audit_findings or _("Nothing else is known so far."),
    }
    for name, value in said.items():
        # A fact is words, never marks: an address with an asterisk stays one.
        plain = MARKS.sub(r"\\\1", str(value).strip()).replace("\r", "").replace("\n", "\\\n")
        # An address of e-mail, and that alone, is a link.
        plain = f"[{plain}](mailto:{value})" if name == "email" and facts.email else plain
        text = text.replace(f"{{{name}}}", plain)
    return text


def audit_in_words(facts: SiteFacts) -> str:
    """What an audit by people found, or that there was none and what follows from that."""
    if facts.audited_on is None:
        return _(
            "No audit by people has been carried out yet: without one the rule is to declare the site not compliant."
        )
    told = _("The audit by %(who)s, of %(day)s, found %(rate)s %% of the criteria of the RGAA to be met.") % {
        "who": facts.audited_by,
        "day": date_format(facts.audited_on, "DATE_FORMAT"),
        "rate": facts.audit_rate,
    }
    pages = _("Pages that were audited: %s") % ", ".join(facts.audit_pages.split("\n"))
    return f"{told}\n{pages}"


def as_html(text: str) -> SafeString:
    """Markdown to HTML of a few plain elements. Headings begin at the second rank: the page has its own first."""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    html = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
    return mark_safe(clean)  # noqa: S308 (cleaned above)


def page_text(name: str) -> tuple[SafeString, str]:
    """``(html, language it is in)`` of a page, for its reader."""
    language, text = (own_text(name) or our_text(name)).shown()
    return as_html(filled(text, site_facts())), language
