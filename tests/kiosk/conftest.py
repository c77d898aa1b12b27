"""A kiosk for each test: a town of its own, a server of its own, a profile of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from fake_server import Town
    from kiosk_page import Kiosk, Open
    from playwright.sync_api import Browser

UPRIGHT = {"width": 1080, "height": 1920}


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """A function that opens a kiosk of a fresh town in a fresh profile."""
    # Not on top: files of this folder that need no browser run without Playwright.
    from fake_server import Town, serve
    from kiosk_page import Kiosk, contest

    servers, contexts = [], []

    def open_kiosk(town: Town | None = None, **how: object) -> Kiosk:
        town = town or Town([contest()])
        servers.append(serve(town))
        context = browser.new_context(viewport=UPRIGHT, locale="fr-FR", accept_downloads=True, **how)
        contexts.append(context)
        return Kiosk(context, town)

    yield open_kiosk
    for context in contexts:
        context.close()
    for server in servers:
        server.shutdown()
