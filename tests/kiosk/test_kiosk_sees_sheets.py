"""What the station advises over drawn sheets, against what the server reads in the very same pictures (B11, B14)."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from printouts.geometry import MARKER_IDS, MARKER_SIZE
from printouts.layout import lay_out
from printouts.pictures import MARKER_CELLS
from printouts.read.page import read_page
from printouts.read.refusals import ReadingRefused
from tests.printouts.press import make_form
from tests.table import Grey, View, marked_sheet, seen

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")

HERE = Path(__file__).parent
DOMAIN = HERE.parents[1] / "kiosk" / "domain"
LOOK_PIXELS, CLOSE_PIXELS, CLOSE_MM, MARKER_MM = 700_000, 52, 13, 9  # as kiosk/ui/lens.js looks
NEAR = View(size=(1600, 1200), per_mm=3.7, turn=3, tilt=0.08, grain=4)
LAPTOP = View(size=(1280, 720), per_mm=2.9, turn=92, grain=3)
PHONE = View(size=(720, 1280), per_mm=3.1, turn=-4, tilt=0.1, grain=5)
CAMERAS = {"tablet": NEAR, "laptop": LAPTOP, "phone": PHONE}


class Eyes:
    """The kiosk's own modules, asked about one picture after the other."""

    def __init__(self) -> None:
        command = ["node", str(HERE / "looks.js")]
        self.node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def at(self, picture: Grey, before: Grey | None = None) -> dict[str, Any]:
        """What is seen and advised; ``before``: the look 200 ms ago, by default the same."""
        scale = min(1.0, (LOOK_PIXELS / picture.size) ** 0.5)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        earlier = small if before is None else cv2.resize(before, small.shape[::-1], interpolation=cv2.INTER_AREA)
        look, width = _text(small), small.shape[1]
        codes = [found.text for found in zxingcpp.read_barcodes(picture) if found.valid]
        asked = {"look": {"width": width, "grey": look}, "before": {"width": width, "grey": _text(earlier)}}
        asked |= {"zoom": 1 / scale, "ms": 200, "codes": codes, "closest": []}
        corners = self._ask(asked)["places"]
        return self._ask(asked | {"closest": [_text(_close(picture, four, scale)) for four in corners]})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self.node.stdin and self.node.stdout
        self.node.stdin.write(json.dumps(asked) + "\n")
        self.node.stdin.flush()
        return json.loads(self.node.stdout.readline())


def _text(picture: Grey) -> str:
    return base64.b64encode(np.ascontiguousarray(picture).tobytes()).decode()


def _close(picture: Grey, corners: list[dict[str, float]], scale: float) -> Grey:
    places = np.array([[corner["x"], corner["y"]] for corner in corners]) / scale
    side = np.linalg.norm(places - np.roll(places, 1, 0), axis=1).mean()
    left, top = (places.mean(0) - side * CLOSE_MM / MARKER_MM / 2).round().astype(int)
    reach = round(side * CLOSE_MM / MARKER_MM)
    cut = picture[max(0, top) : top + reach, max(0, left) : left + reach]
    how = cv2.INTER_AREA if reach > CLOSE_PIXELS else cv2.INTER_LINEAR
    return cv2.resize(cut, (CLOSE_PIXELS, CLOSE_PIXELS), interpolation=how)


@pytest.fixture(scope="module")
def eyes() -> Iterator[Eyes]:
    looking = Eyes()
    yield looking
    looking.node.kill()
    looking.node.wait()


@pytest.fixture(scope="module")
def sheet() -> Grey:
    return marked_sheet()


def as_read(picture: Grey) -> str:
    """What the server makes of a photo: the choices that are marked, or why it refuses."""
    layout = lay_out(make_form(), number=1)
    _done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    try:
        reading = read_page(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), lambda _code: layout)
    except ReadingRefused as refusal:
        return refusal.code
    return " ".join(choice for choice, score in reading.scores["budget"].items() if score > 0.2)


def test_the_kiosk_knows_the_markers_that_are_printed() -> None:
    text = (DOMAIN / "markers.js").read_text()
    cells = {int(id): found for id, found in re.findall(r'(\d+): "([01]{16})"', text)}
    assert cells == {id: "".join(rows) for id, rows in MARKER_CELLS.items()}
    assert json.loads(re.findall(r"MARKER_IDS = (\[.*?\])", text)[0]) == list(MARKER_IDS)
    assert int(re.findall(r"MARKER_MM = (\d+)", text)[0]) * 1000 == MARKER_SIZE


@pytest.mark.parametrize("camera", CAMERAS)
def test_b11_a_sheet_that_lies_well_is_good_and_is_read(eyes: Eyes, sheet: Grey, camera: str) -> None:
    picture = seen(sheet, CAMERAS[camera])
    assert eyes.at(picture)["advice"] == "good"
    assert as_read(picture) == "p0 p3"


@pytest.mark.parametrize("turn", [0, 45, 90, 200, 315])
def test_a_sheet_is_found_whichever_way_it_lies(eyes: Eyes, sheet: Grey, turn: int) -> None:
    told = eyes.at(seen(sheet, NEAR.but(per_mm=3, turn=turn, tilt=0)))
    assert sorted(told["ids"]) == sorted(MARKER_IDS)
    for id, corners in zip(told["ids"], told["places"], strict=True):
        upright = {"x": np.cos(np.deg2rad(turn)), "y": np.sin(np.deg2rad(turn))}
        along = corners[1]["x"] - corners[0]["x"], corners[1]["y"] - corners[0]["y"]
        assert along[0] * upright["x"] + along[1] * upright["y"] > 0.95 * np.hypot(*along), id


FAULTS = {
    "dark": NEAR.but(light=0.22, haze=0),
    "bright": NEAR.but(light=0.8, haze=120),
    "blurred": NEAR.but(blur=0.35),
    "far": NEAR.but(per_mm=2.2),
    "cropped": NEAR.but(across=125),
}


@pytest.mark.parametrize("advice", FAULTS)
def test_b11_what_stands_in_the_way_is_named(eyes: Eyes, sheet: Grey, advice: str) -> None:
    assert eyes.at(seen(sheet, FAULTS[advice]))["advice"] == advice


def test_a_table_without_a_sheet_shows_none(eyes: Eyes, sheet: Grey) -> None:
    assert eyes.at(seen(sheet, NEAR.but(across=5000)))["advice"] == "no_sheet"


def test_a_sheet_that_moves_is_waited_for_and_one_that_shakes_a_little_is_not(eyes: Eyes, sheet: Grey) -> None:
    before = seen(sheet, NEAR)
    assert eyes.at(seen(sheet, NEAR.but(across=3, seed=2)), before)["advice"] == "still"
    assert eyes.at(seen(sheet, NEAR.but(across=0.5, seed=2)), before)["advice"] == "good"


def test_a_hand_over_the_sheet_is_waited_for(eyes: Eyes, sheet: Grey) -> None:
    before = seen(sheet, NEAR)
    now = before.copy()
    now[450:850, 600:1100] = 150
    assert eyes.at(now, before)["advice"] == "still"


def test_b14_two_sheets_in_view_are_one_too_many_here_and_there(eyes: Eyes, sheet: Grey) -> None:
    other = marked_sheet(b"sheet-0002")
    view = View(size=(1600, 1200), per_mm=3.4, across=-110)
    picture = seen(sheet, view, beside=(other, view.but(across=110)))
    assert (eyes.at(picture)["advice"], as_read(picture)) == ("two", "two_sheets")


def test_b14_part_of_the_neighbour_is_seen_by_its_corners_alone(eyes: Eyes, sheet: Grey) -> None:
    """Its code is out of the picture; two of its corners are not."""
    other = marked_sheet(b"sheet-0002")
    view = View(size=(1600, 1200), per_mm=3.4, across=-110)
    picture = seen(sheet, view, beside=(other, view.but(across=175)))
    assert eyes.at(picture)["advice"] == "two"


def test_b11_of_what_is_called_good_nothing_is_refused_and_nothing_misread(eyes: Eyes, sheet: Grey) -> None:
    """Cameras × sharpness × light × grain: the thresholds of the advice hold against the server's reading."""
    outcomes: dict[str, list[str]] = {"good": [], "not": []}
    views = [  # blur, grain, light, haze
        (0, 7, 0.9, 8),
        (0.1, 2, 0.45, 0),
        (0.2, 5, 0.7, 60),
        (0.4, 2, 0.9, 8),
        (0, 2, 0.6, 160),  # so bright that ink fades: the server finds no mark
    ]
    for camera in CAMERAS.values():
        for blur, grain, light, haze in views:
            picture = seen(sheet, camera.but(blur=blur, light=light, haze=haze, grain=grain))
            kind = "good" if eyes.at(picture)["advice"] == "good" else "not"
            outcomes[kind].append(as_read(picture))
    assert set(outcomes["good"]) == {"p0 p3"}
    assert len(outcomes["good"]) >= 6, "advice that is never content helps nobody"
    assert outcomes["not"]
