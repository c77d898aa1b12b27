"""Every page of the office in a browser: what can be pressed is pressed all over, and axe finds nothing to mend."""

from __future__ import annotations

import re

import pytest

from server.web.town.build import PASSWORD

pytestmark = pytest.mark.e2e
# Points of a link's first line or a button, as shares of its width and height, that must lead to it.
COVERED = """() => {
  const points = [[.5, .35], [.5, .5], [.5, .65], [.1, .5], [.9, .5]];
  const found = [];
  const pressed = ["a[href]", "button", "input:not([type=hidden])", "select"].map((one) => `main ${one}`);
  for (const one of document.querySelectorAll(pressed.join())) {
    one.scrollIntoView({ block: "center" });
    const box = one.getClientRects()[0];
    if (!box || box.width < 2 || getComputedStyle(one).visibility === "hidden") continue;
    for (const [x, y] of points) {
      const hit = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
      if (hit && !one.contains(hit) && !hit.contains(one)) {
        found.push(`${one.outerHTML.slice(0, 120)} under ${hit.outerHTML.slice(0, 60)}`);
        break;
      }
    }
  }
  return found;
}"""


@pytest.fixture
def page(live_site, browser):
    context = browser.new_context(locale="fr-FR", base_url=live_site.url)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", "organiser@villeneuve.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form").get_by_role("button").click()
    page.wait_for_url(lambda url: "login" not in url)
    yield page
    context.close()


def rooms(page) -> list[str]:
    """Addresses of the office, two clicks deep from the pages of both spaces of the town."""
    seen: list[str] = ["/office/", "/office/budget-du-centre/", "/office/budget-des-ecoles/"]
    for address in seen[:]:
        page.goto(address)
        links = page.evaluate("[...document.querySelectorAll('main a[href], .nav a[href]')].map(a => a.pathname)")
        seen += [link for link in links if link.startswith(("/office/", "/desk/")) and not link.endswith("/file/")]
    for address in list(dict.fromkeys(seen)):
        page.goto(address)
        links = page.evaluate("[...document.querySelectorAll('main a[href]')].map(a => a.pathname)")
        ours = ("/office/", "/desk/")
        seen += [link for link in links if link.startswith(ours) and not link.endswith(("/file/", ".csv"))]
    # One phase stands for all of them; boxes and sessions do not, for their pages follow their state.
    kinds: dict[str, str] = {}
    for address in seen:
        kinds.setdefault(re.sub("[0-9]", "", address.replace("-des-ecoles", "-du-centre")), address)
    return list(kinds.values())


def test_nothing_covers_what_can_be_pressed(page):
    addresses = rooms(page)
    assert len(addresses) > 25, addresses
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            assert page.goto(address).status == 200, address
            assert page.evaluate(COVERED) == [], (address, width)


def test_the_pages_of_the_office_are_accessible(page):
    """WCAG 2.2 A and AA as far as a program can see."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: dict[str, list[str]] = {}
    for address in rooms(page):
        page.goto(address)
        answer = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        for rule in answer.response["violations"]:
            found.setdefault(address, []).append(f"{rule['id']}: {rule['nodes'][0]['html'][:200]}")
    assert found == {}
