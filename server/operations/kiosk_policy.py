"""``parvis kiosk-policy ORIGIN``: the rules that close Chromium in on the kiosk of one installation (D20).

Written for one origin, so that nobody edits addresses by hand. What each line shuts is said beside it; what no policy
of a browser can shut (keys of the operating system, other programs) is said in ``docs/kiosk-setup.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any
from urllib.parse import urlsplit

ASK_NOBODY = 2  # "Block" of every Default…Setting
#: Addresses that a kiosk needs: its page and files, and the door of devices. Everything else is shut.
PATHS = ("/kiosk/", "/api/v1/")
SHUT = (
    "*",
    "file://*",
    "chrome://*",
    "chrome-untrusted://*",
    "view-source:*",
    "devtools://*",
    "javascript:*",
    "data:*",
)


class NotAnOrigin(ValueError):
    """What was typed is no address of an installation; the text says what is expected."""


def origin_of(text: str, *, http: bool = False) -> str:
    """``scheme://host[:port]`` of an address; one of http only where that is meant. Raises NotAnOrigin."""
    parts = urlsplit(text.strip())
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise NotAnOrigin(f"{text!r} has no sound port: type the origin, as https://vote.example") from error
    is_plain = not parts.username and not parts.query and not parts.fragment and parts.path in ("", "/")
    if parts.scheme not in ("https", "http") or not parts.hostname or not is_plain:
        raise NotAnOrigin(f"{text!r} is no origin: type scheme and name only, as https://vote.example")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1") and not http:
        raise NotAnOrigin("a kiosk needs https; in a network that nobody else is in, say --http (docs/operators.md)")
    return f"{parts.scheme}://{parts.hostname}{port}"


def policy_for(origin: str, *, printing: bool = False, files: bool = False) -> dict[str, Any]:
    """The managed policy as Chromium reads it (a JSON object of names and values).

    ``printing``: the closing slip may be printed. ``files``: a file may be chosen, to check an exported copy; with it
    a window of the system shows the disk.
    """
    scheme, _sep, host = origin.partition("://")
    # Only so does a browser let a page of http work without network.
    insecure = {"OverrideSecurityRestrictionsOnInsecureOrigin": [origin]} if scheme == "http" else {}
    return {
        **insecure,
        # Where one may go. A dot before the host: this host, and none below it.
        "URLBlocklist": list(SHUT),
        "URLAllowlist": [f"{scheme}://.{host}{path}" for path in PATHS] + [f"blob:{origin}/*"],
        "HomepageLocation": f"{origin}/kiosk/",
        "HomepageIsNewTabPage": False,
        "NewTabPageLocation": f"{origin}/kiosk/",
        "RestoreOnStartup": 4,
        "RestoreOnStartupURLs": [f"{origin}/kiosk/"],
        # Installed, the kiosk's memory is not erased when the disk fills up.
        "WebAppInstallForceList": [
            {"url": f"{origin}/kiosk/", "default_launch_container": "window", "create_desktop_shortcut": True}
        ],
        # What lies on the device is never deleted by the browser or a passer-by.
        "AllowDeletingBrowserHistory": False,
        "ForceEphemeralProfiles": False,
        "DefaultCookiesSetting": 1,
        "IncognitoModeAvailability": 1,
        "BrowserGuestModeEnabled": False,
        "BrowserAddPersonEnabled": False,
        # Looking inside, and other programs in the page.
        "DeveloperToolsAvailability": ASK_NOBODY,
        "ExtensionInstallBlocklist": ["*"],
        "BlockExternalExtensions": True,
        "TaskManagerEndProcessEnabled": False,
        # Windows and dialogs.
        "DefaultPopupsSetting": ASK_NOBODY,
        "AllowFileSelectionDialogs": files,
        "PromptForDownloadLocation": False,
        "PrintingEnabled": printing,
        "PrintPreviewUseSystemDefaultPrinter": True,
        "BookmarkBarEnabled": False,
        "EditBookmarksEnabled": False,
        "ShowHomeButton": False,
        "AllowDinosaurEasterEgg": False,
        # Nothing that somebody typed is offered to the next, and no word of the page is sent anywhere.
        "AutofillAddressEnabled": False,
        "AutofillCreditCardEnabled": False,
        "PasswordManagerEnabled": False,
        "SavingBrowserHistoryDisabled": True,
        "SpellcheckEnabled": False,
        "TranslateEnabled": False,
        "SearchSuggestEnabled": False,
        "DefaultSearchProviderEnabled": False,
        "AlternateErrorPagesEnabled": False,
        "NetworkPredictionOptions": ASK_NOBODY,
        "BrowserSignin": 0,
        "SyncDisabled": True,
        "MetricsReportingEnabled": False,
        "SafeBrowsingProtectionLevel": 0,
        # Eyes and ears: the camera, for this page; nothing else.
        "VideoCaptureAllowed": False,
        "VideoCaptureAllowedUrls": [origin],
        "AudioCaptureAllowed": False,
        "ScreenCaptureAllowed": False,
        "DefaultGeolocationSetting": ASK_NOBODY,
        "DefaultNotificationsSetting": ASK_NOBODY,
        "DefaultClipboardSetting": ASK_NOBODY,
        "DefaultSensorsSetting": ASK_NOBODY,
        "DefaultSerialGuardSetting": ASK_NOBODY,
        "DefaultWebBluetoothGuardSetting": ASK_NOBODY,
        "DefaultWebHidGuardSetting": ASK_NOBODY,
        "DefaultWebUsbGuardSetting": ASK_NOBODY,
        "DefaultFileSystemReadGuardSetting": ASK_NOBODY,
        "DefaultFileSystemWriteGuardSetting": ASK_NOBODY,
    }


def main(arguments: list[str]) -> int:
    """Write the policy to the standard output; 2 where the origin is none."""
    made = argparse.ArgumentParser(prog="parvis kiosk-policy", description=__doc__)
    made.add_argument("origin", help="where the installation stands, as https://vote.example")
    made.add_argument("--printing", action="store_true", help="let the closing slip be printed")
    made.add_argument("--files", action="store_true", help="let a file be chosen, to check an exported copy")
    made.add_argument("--http", action="store_true", help="the origin is of http, in a network that nobody else is in")
    chosen = made.parse_args(arguments)
    try:
        policy = policy_for(origin_of(chosen.origin, http=chosen.http), printing=chosen.printing, files=chosen.files)
    except NotAnOrigin as problem:
        print(f"parvis kiosk-policy: {problem}", file=sys.stderr)
        return 2
    print(json.dumps(policy, indent=2, ensure_ascii=False))
    return 0
