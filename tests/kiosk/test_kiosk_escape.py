"""D20: twenty-five ways out of a kiosk, and what shuts each, read from what ``parvis kiosk-policy`` writes.

Of ``SHUT_BY_POLICY`` a browser is asked for addresses (``test_kiosk_escape_browser.py``); its keys, windows and dialogs
need a real display, as does ``NEEDS_A_DISPLAY``, which no policy names: those are for a person with the page
``docs/kiosk-setup.md``. What the page itself shuts is tried in a browser as well.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.cli import main
from server.operations.kiosk_policy import NotAnOrigin, origin_of, policy_for

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://vote.example"
SHUT_BY_POLICY: dict[str, dict[str, object]] = {
    "1 another address is typed": {"URLBlocklist": "*"},
    "2 the disk is opened as file:": {"URLBlocklist": "file://*"},
    "3 the settings of the browser are opened": {"URLBlocklist": "chrome://*"},
    "4 the source is looked at": {"URLBlocklist": "view-source:*"},
    "5 the developer tools are opened by a key": {"DeveloperToolsAvailability": 2},
    "6 the developer tools are opened by address": {"URLBlocklist": "devtools://*"},
    "7 a program is typed as an address": {"URLBlocklist": "javascript:*"},
    "8 a page is typed as an address": {"URLBlocklist": "data:*"},
    "9 a window opens another": {"DefaultPopupsSetting": 2},
    "10 a new tab is opened": {"NewTabPageLocation": f"{ORIGIN}/kiosk/"},
    "11 a private window is opened": {"IncognitoModeAvailability": 1},
    "12 a guest or another profile is used": {"BrowserGuestModeEnabled": False, "BrowserAddPersonEnabled": False},
    "13 a file is opened or the page saved": {"AllowFileSelectionDialogs": False},
    "14 the page is printed": {"PrintingEnabled": False},
    "15 an extension is installed": {"ExtensionInstallBlocklist": "*", "BlockExternalExtensions": True},
    "16 words typed before are offered": {"AutofillAddressEnabled": False, "PasswordManagerEnabled": False},
    "17 the page is translated by a stranger": {"TranslateEnabled": False, "SpellcheckEnabled": False},
    "18 a search is typed": {"DefaultSearchProviderEnabled": False, "SearchSuggestEnabled": False},
    "19 what the kiosk keeps is deleted": {"AllowDeletingBrowserHistory": False, "ForceEphemeralProfiles": False},
    "20 a process is ended in the task manager": {"TaskManagerEndProcessEnabled": False},
    "21 the screen, the place or a socket is asked for": {
        "ScreenCaptureAllowed": False,
        "DefaultWebUsbGuardSetting": 2,
    },
}
SHUT_BY_THE_PAGE = ["22 a long press or right click opens a menu", "23 something is dragged out of the page or into it"]
NEEDS_A_DISPLAY = ["24 the window is closed or left by a key of the system", "25 a download is shown in its folder"]


def test_d20_each_of_25_ways_out_is_shut_or_named_for_a_person():
    assert len(SHUT_BY_POLICY) + len(SHUT_BY_THE_PAGE) + len(NEEDS_A_DISPLAY) == 25
    policy = policy_for(ORIGIN)
    for way, rules in SHUT_BY_POLICY.items():
        for name, wanted in rules.items():
            found = policy[name]
            assert wanted in found if isinstance(found, list) else found == wanted, way


def test_d20_only_the_kiosk_and_its_door_of_this_host_are_open():
    assert policy_for(ORIGIN)["URLAllowlist"] == [
        "https://.vote.example/kiosk/", "https://.vote.example/api/v1/", "blob:https://vote.example/*"
    ]  # fmt: skip
    assert policy_for(ORIGIN)["VideoCaptureAllowedUrls"] == [ORIGIN]
    told = {name: value for name, value in policy_for(ORIGIN, printing=True, files=True).items() if value is True}
    assert {"PrintingEnabled", "AllowFileSelectionDialogs"} <= set(told)


def test_the_file_beside_the_others_is_what_the_command_writes(capsys):
    assert main(["kiosk-policy", "https://parvis.example"]) == 0
    written = capsys.readouterr().out
    assert (ROOT / "deploy" / "kiosk-policy.json").read_text() == written
    assert json.loads(written) == policy_for("https://parvis.example")


@pytest.mark.parametrize(
    "typed",
    ["vote.example", "ftp://vote.example", "https://", "https://vote.example/kiosk/", "https://a:b@vote.example",
     "https://vote.example:port", "https://vote.example?x", "http://vote.example", ""],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_an_example(capsys, typed):
    with pytest.raises(NotAnOrigin):
        origin_of(typed)
    assert main(["kiosk-policy", typed]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "https" in told.err


def test_an_origin_is_read_as_people_type_it():
    assert origin_of(" https://Vote.Example:8443/ ") == "https://vote.example:8443"
    assert origin_of("http://localhost:8000") == "http://localhost:8000"


def test_http_has_to_be_meant_and_is_then_told_to_the_browser(capsys):
    """Way 3 of ``docs/operators.md``: a managed switch in a network that nobody else is in."""
    assert main(["kiosk-policy", "--http", "http://parvis.lan"]) == 0
    assert json.loads(capsys.readouterr().out)["OverrideSecurityRestrictionsOnInsecureOrigin"] == ["http://parvis.lan"]
    assert "OverrideSecurityRestrictionsOnInsecureOrigin" not in policy_for(ORIGIN)
