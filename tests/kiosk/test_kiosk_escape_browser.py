"""What the page itself shuts, whatever the browser would do; what lies on the disk; whom it speaks with.

D15, D20, X19, X20.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import RELEASE, Town, serve
from kiosk_page import FLAGS, PROJECTS, Kiosk, Open, contest, wait_for
from playwright.sync_api import Error, Playwright, expect

from server.operations.kiosk_policy import policy_for

pytestmark = pytest.mark.e2e


def test_d20_no_menu_no_dragging_no_link_out_and_no_other_window(opened: Open) -> None:
    """D20: a long press, a link dragged out, an address dropped in; on every screen of a visit."""
    kiosk = opened().ready()
    page = kiosk.page
    refused = """() => ["contextmenu", "dragstart", "dragover", "drop"].filter((name) =>
      document.querySelector("h1").dispatchEvent(new Event(name, { bubbles: true, cancelable: true })))"""
    leads_out = (
        "() => document.querySelectorAll('a, iframe, form[action], [target], [ping], link[rel=prefetch]').length"
    )

    def is_closed() -> None:
        assert page.evaluate(refused) == [] and page.evaluate(leads_out) == 0

    is_closed()
    kiosk.press("Touchez pour commencer")
    expect(kiosk.page.locator("pv-pass")).to_be_visible()
    is_closed()
    kiosk.to_review(kiosk.town.codes[0], 1)
    is_closed()
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    is_closed()
    page.keyboard.press("F1")
    page.keyboard.press("Control+u")
    assert len(kiosk.context.pages) == 1


def test_x19_x20_the_kiosk_speaks_with_its_own_host_alone_whatever_its_address_says_and_shows_its_release(
    opened: Open,
) -> None:
    """X19, X20: every request of page and worker, the camera's reader loaded; and the hash that anybody can compare."""
    town = Town([contest()])
    kiosk = opened(town)
    asked: list[str] = []
    kiosk.context.on("request", lambda request: asked.append(request.url))
    query = "?server=https://evil.example&origin=//evil.example&election_url=https://evil.example/e.json"
    kiosk.page.goto(f"{town.origin}/kiosk/{query}#enrol={town.enrol_code}")
    kiosk.press("Oui, prendre la réunion")
    kiosk.title("Prête")
    kiosk.press("Aller à l'écran d'accueil")
    kiosk.page.goto(f"{town.origin}/kiosk/{query}")
    kiosk.session("Ouvrir le vote")
    kiosk.page.evaluate("""() => import("/kiosk/ui/scanner.js").then(({ Scanner }) =>
      new Scanner(document.createElement("video"), () => {}).start()).catch(() => {})""")
    kiosk.vote(town.codes[0], 0)
    wait_for(lambda: len(town.records) == 3, kiosk)
    assert "evil" not in kiosk.page.content() and "evil" not in json.dumps(kiosk.stored())
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(town.origin).netloc} and len(asked) > 50
    kiosk.operator()
    shown = kiosk.page.locator(".release").inner_text().replace(" ", "")
    assert shown == RELEASE.hash == json.loads(RELEASE.manifest)["release"]


@pytest.fixture
def profile(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk whose profile lies in ``tmp_path``, where its bytes can be searched."""
    town = Town([contest()])
    town.definitions = [json.dumps(json.loads(text) | {"help": {"per_helper": 2}}) for text in town.definitions]
    server = serve(town)
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=FLAGS, locale="fr-FR"
    )
    yield Kiosk(context, town)
    context.close()
    server.shutdown()


def test_d15_d17_a_stolen_tablet_holds_no_pass_no_choice_and_no_name(profile: Kiosk, tmp_path: Path) -> None:
    """D15: the bytes of the profile, after votes, a draft that was left, a call for help and a helper's name.

    The control is the label of the device, which must be found: it is kept as plain text.
    """
    town, page = profile.town, profile.page
    profile.ready()
    profile.vote(town.codes[0], 2, 3)
    profile.give_pass(town.codes[1])
    profile.choices().nth(4).click()
    profile.press("Appeler")
    profile.press("Reprendre mon bulletin")
    profile.press("Tout effacer et partir")
    profile.operator()
    profile.press("Noter une aide")
    page.locator("#helper").fill("Wilhelmine Zdrojewska")
    profile.press("Noter l'aide")
    profile.sees("1 sur 2")
    profile.context.close()
    bytes_ = b"".join(path.read_bytes() for path in sorted((tmp_path / "profile").rglob("*")) if path.is_file())

    def is_there(text: str) -> bool:
        low = bytes_.lower()
        return any(text.lower().encode(code) in low for code in ("utf-8", "utf-16-le"))

    assert is_there("Borne 3") and is_there(PROJECTS[2][1]), "the search finds what lies there"
    grouped = [re.sub("(.{4})(?=.)", r"\1-", code) for code in town.codes[:2]]
    for secret in (*town.codes[:2], *grouped, "Zdrojewska", '"choices":{"q1"'):
        assert not is_there(secret), secret


CLOSED = """#!/bin/sh
# The browser in a view of the disk of its own, where the policy lies: nothing of the machine changes.
exec unshare --mount sh -c 'mount -t tmpfs none /etc/chromium && mkdir -p /etc/chromium/policies/managed &&
  cp {policy} /etc/chromium/policies/managed/parvis.json && exec {chromium} "$@"' sh "$@"
"""


@pytest.fixture
def closed_in(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk under the policy of its origin: all but two lines, without which it cannot be driven or would leave a
    sign on this machine's desktop (developer tools, installing the kiosk)."""
    may = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /etc/chromium"]
    if subprocess.run(may, capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no view of the disk of its own")
    server = serve(town := Town([contest()]))
    rules = policy_for(town.origin)
    driven = {name: rules[name] for name in rules.keys() - {"DeveloperToolsAvailability", "WebAppInstallForceList"}}
    (tmp_path / "parvis.json").write_text(json.dumps(driven))
    browser = tmp_path / "closed-in"
    browser.write_text(CLOSED.format(policy=tmp_path / "parvis.json", chromium=chromium_path))
    browser.chmod(0o755)
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=browser, args=FLAGS, locale="fr-FR", accept_downloads=True
    )
    yield Kiosk(context, town)
    context.close()
    server.shutdown()


def test_d20_a_browser_under_the_policy_runs_the_kiosk_and_opens_nothing_else(closed_in: Kiosk) -> None:
    """D20, as far as it can be tried without a display: addresses; a vote and an export still work."""
    kiosk, origin = closed_in, closed_in.town.origin
    kiosk.ready()
    kiosk.vote(kiosk.town.codes[0], 1)
    kiosk.operator()
    with kiosk.page.expect_download():
        kiosk.press("Exporter un fichier")
    for address in (
        f"{origin}/", f"{origin}/verify/", "https://example.org/", "file:///etc/passwd", "chrome://policy",
        "chrome://settings", f"view-source:{origin}/kiosk/", "data:text/html,out",
        "devtools://devtools/bundled/inspector.html",
    ):  # fmt: skip
        with pytest.raises(Error, match="ERR_BLOCKED_BY_ADMINISTRATOR"):
            kiosk.context.new_page().goto(address)
