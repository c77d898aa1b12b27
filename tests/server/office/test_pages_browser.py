"""Every page of the office in a browser: what can be pressed is pressed all over."""

from __future__ import annotations

import pytest

from tests.server.pages import ROOMS, crawl, log_in

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
    log_in(page)
    yield page
    context.close()


def test_nothing_covers_what_can_be_pressed(page):
    addresses = list(crawl(page, ROOMS, staff=True))
    assert len(addresses) > 25, addresses
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            assert page.goto(address).status == 200, address
            assert page.evaluate(COVERED) == [], (address, width)
