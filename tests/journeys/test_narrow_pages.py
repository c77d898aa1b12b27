"""Every page that links lead to, on a telephone: nothing sticks out, nothing breaks the security rules, all is said in
the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from .hall import Hall, Person

pytestmark = [pytest.mark.e2e, pytest.mark.long]

NARROW = {"width": 360, "height": 740}
MOST_PAGES = 150
NOT_A_PAGE = re.compile(r"\.(pdf|csv|zip|ics|json|jsonl|py|pb|sig|txt|png|jpg)$|/file/$|/image/$|^/kiosk/|/logout/")
STICKING_OUT = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth;
  const isOut = (e) => e.checkVisibility() && !e.closest("svg, .hide, .scroll, pre") &&
    e.getBoundingClientRect().right > innerWidth + 1;
  return wide ? [...document.querySelectorAll("body *")].filter(isOut).map((e) => e.outerHTML.slice(0, 120)) : [];
}"""
# Words that no French sentence holds. Texts in two languages stand in elements that say so.
ENGLISH = re.compile(r"\b(the|and|are|your|this|with|from|which)\b", re.IGNORECASE)
FRENCH = re.compile(r"\b(votre|vous|pour|avec|dans|sont)\b", re.IGNORECASE)  # streets and names have other words
SAID = """() => { const page = document.body.cloneNode(true);
  page.querySelectorAll("[lang], pre, code, bdi, script, option, textarea").forEach((e) => e.remove());
  return page.textContent.split("\\n").map((line) => line.trim()).filter(Boolean); }"""
WATCH = "addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective))"


@pytest.fixture(params=["fr-FR", "en-GB"])
def reader(request, live_site, browser, tmp_path) -> Iterator[Person]:
    """The organiser of the demo town with a telephone."""
    hall = Hall(live_site, browser, tmp_path)
    reader = hall.person(locale=request.param, viewport=NARROW)
    reader.context.add_init_script(WATCH)
    yield reader
    hall.leave()


def test_every_page_fits_a_telephone_and_keeps_the_security_rules(reader: Person) -> None:
    language = reader.page.evaluate("() => navigator.language.slice(0, 2)")
    foreign = ENGLISH if language == "fr" else FRENCH
    reader.log_in(reader.hall.demo["accounts"]["organiser"])
    seeds = ["/", "/about/", "/receipt/", "/me/", "/office/", reader.hall.demo["vote"], reader.hall.demo["result"]]
    waiting, seen, faults = [urljoin(reader.hall.url, one) for one in seeds], set(), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        answer = reader.page.goto(address)
        if answer is None or answer.status != 200:
            faults.append((address, answer and answer.status))
            continue
        assert reader.page.locator("html").get_attribute("lang") == language
        faults += [(address, one) for one in reader.page.evaluate(STICKING_OUT)]
        faults += [(address, line[:120]) for line in reader.page.evaluate(SAID) if foreign.search(line)]
        waiting += [link for link in links(reader) if kind_of(link) not in seen]
    assert 50 < len(seen) < MOST_PAGES, "the pages are linked to each other, and all were opened"
    assert not faults, "\n".join(str(one) for one in faults)
    assert reader.complaints == []


def kind_of(address: str) -> str:
    """Pages of one kind are visited once: numbers and references are all the same."""
    return re.sub(r"/(\d+|[0-9a-f]{16,64})(?=/)", "/…", urlsplit(address).path)


def links(reader: Person) -> list[str]:
    found = reader.page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.href)")
    return [one for one in found if one.startswith(reader.hall.url) and not NOT_A_PAGE.search(urlsplit(one).path)]
