"""Pens that do not exist, and the hands that hold them: for the rehearsal, the demo and tests.

``MARKS`` are the ways in which people say yes to a box. ``UNCLEAR`` are marks and corrections that nobody should
believe without looking: what a person meant by each stands in ``MEANT``.
"""

from __future__ import annotations

import cv2
import numpy as np

from printouts.geometry import MarkBox

Grey = np.ndarray
STYLES = ("cross", "tick", "fill")
MARKS = (*STYLES, "slash", "heavy", "wide", "double", "spot", "pencil")
# True: the box was meant; False: it was not, or no longer; None: not even the person beside the voter could say.
MEANT = {
    **dict.fromkeys(MARKS, True),
    "faint": True,
    "half": True,
    "beside": True,
    "highlighter": True,
    "dot": None,
    "through": None,
    "scribbled": False,
    "struck": False,
    "circled": None,
    "erased": False,
}
UNCLEAR = tuple(style for style in MEANT if style not in MARKS)
_SUB = 16  # OpenCV draws at sixteenths of a pixel
_SHIFT = 4

Stroke = tuple[np.ndarray, float]  # points in mm from the centre of the box; width in mm


class Pen:
    """One person's pen: its ink, its width and how the hand moves.

    style: of ``MEANT``, by name: ``slash`` is one stroke, ``heavy`` a felt tip, ``wide`` a cross that overshoots,
    ``spot`` a small disc, ``half`` one short stroke, ``dot`` a pen that rested, ``beside`` a cross next to the box,
    ``through`` a line drawn through it on the way elsewhere; ``scribbled``, ``struck`` (with its row), ``circled``
    and ``erased`` are crosses taken back.
    """

    def __init__(self, scale: float, rng: np.random.Generator, style: str) -> None:
        self.scale, self.rng, self.style = scale, rng, style
        self.width_mm = rng.uniform(0.35, 0.75)  # ball pen to felt tip
        self.ink = rng.choice([rng.uniform(15, 50), rng.uniform(55, 105)])  # black, blue
        if style == "faint":
            self.ink, self.width_mm = rng.uniform(185, 215), rng.uniform(0.3, 0.5)
        elif style == "pencil":
            self.ink, self.width_mm = rng.uniform(95, 145), rng.uniform(0.4, 0.65)
        elif style == "heavy":
            self.width_mm = rng.uniform(0.9, 1.5)
        elif style == "highlighter":
            self.ink, self.width_mm = rng.uniform(195, 215), rng.uniform(2.5, 4)
        elif style == "erased":
            self.ink, self.width_mm = rng.uniform(200, 225), rng.uniform(0.5, 0.8)

    def mark(self, image: Grey, box: MarkBox) -> None:
        """Draw one mark into the image."""
        size = box.size / 1000
        centre = np.array([box.x / 1000 + size / 2, box.y / 1000 + size / 2]) + self.rng.normal(0, 0.06 * size, 2)
        for stroke, width in self._strokes(size):
            self.draw(image, stroke + centre, width)

    def _strokes(self, size: float) -> list[Stroke]:
        reach = size / 2 * self.rng.uniform(0.72, 1.2)
        if self.style in ("cross", "faint", "beside"):
            strokes = self._cross(reach, size)
            if self.style == "beside":
                strokes = [stroke + np.array([-(size + 0.5), 0]) for stroke in strokes]
        elif self.style == "tick":
            strokes = [self._tick(reach, size)]
        elif self.style == "dot":
            return [(np.array([[0.0, 0.0], [0.15, 0.05]]), self.rng.uniform(0.7, 1.3))]
        elif self.style == "fill":
            strokes = [self._hatched(size)]
        else:
            strokes = self._other(reach, size)
        return [(stroke, self.width_mm) for stroke in strokes]

    def _other(self, reach: float, size: float) -> list[np.ndarray]:
        """Return the strokes of the rarer marks and of the corrections."""
        rng, half = self.rng, size / 2
        cross = self._cross(reach, size)
        if self.style == "slash":
            return cross[int(rng.integers(2)) :][:1]
        if self.style in ("pencil", "heavy", "erased"):
            return cross
        if self.style == "wide":
            return self._cross(half * rng.uniform(1.25, 1.6), size)
        if self.style == "double":
            return cross + self._cross(reach, size)
        if self.style == "spot":
            return [self._spiral(rng.uniform(0.28, 0.42) * size)]
        if self.style == "half":
            return [self._wobbly([(-0.55 * half, -0.5 * half), (0.25 * half, 0.3 * half)], size)]
        if self.style == "highlighter":
            return [self._wobbly([(-1.2 * half, 0), (1.2 * half, 0)], size)]
        if self.style == "through":
            slope = rng.uniform(-0.5, 0.5)
            ends = -half - rng.uniform(6, 14), half + rng.uniform(6, 14)
            return [self._wobbly([(ends[0], ends[0] * slope), (0, 0), (ends[1], ends[1] * slope)], size)]
        return cross + self._taken_back(size)

    def _taken_back(self, size: float) -> list[np.ndarray]:
        rng, half = self.rng, size / 2
        if self.style == "scribbled":
            return [self._hatched(size * rng.uniform(1.3, 1.6)), self._hatched(size * 1.3)[:, ::-1]]
        if self.style == "struck":
            end = rng.uniform(35, 70)
            return [self._wobbly([(-half, dy), (end / 2, dy), (end, dy)], size) for dy in (0.0, rng.uniform(0.8, 1.6))]
        around = np.linspace(0, 2 * np.pi * rng.uniform(0.95, 1.1), 40)
        wide, tall = rng.uniform(0.8, 1.1, 2) * size
        return [np.stack([wide * np.cos(around), tall * np.sin(around)], 1)]

    def _cross(self, reach: float, size: float) -> list[np.ndarray]:
        return [
            self._wobbly([(-reach, -reach), (reach, reach)], size),
            self._wobbly([(reach, -reach), (-reach, reach)], size),
        ]

    def _tick(self, reach: float, size: float) -> np.ndarray:
        rng = self.rng
        corner = (-reach * rng.uniform(0.1, 0.45), reach * rng.uniform(0.55, 0.95))
        return self._wobbly([(-reach, rng.uniform(-0.2, 0.2) * reach), corner, (reach * 1.1, -reach)], size)

    def _wobbly(self, points: list[tuple[float, float]], size: float) -> np.ndarray:
        corners = np.array(points) + self.rng.normal(0, 0.07 * size, (len(points), 2))
        along = np.linspace(0, len(corners) - 1, 9 * (len(corners) - 1) + 1)
        path = np.stack([np.interp(along, range(len(corners)), corners[:, axis]) for axis in (0, 1)], 1)
        bow = np.sin(along * np.pi) * self.rng.normal(0, 0.05 * size)
        return path + np.stack([bow, -bow], 1) + self.rng.normal(0, 0.012 * size, path.shape)

    def _hatched(self, size: float) -> np.ndarray:
        """Return one long zigzag that fills the box about as well as people do."""
        half = size / 2 * self.rng.uniform(0.85, 1.02)
        lines = max(6, round(2 * half / (self.width_mm * self.rng.uniform(0.7, 1.15))))
        y = np.linspace(-half, half, lines)
        x = np.where(np.arange(lines) % 2, half, -half) * self.rng.uniform(0.85, 1.05, lines)
        return np.stack([x, y], 1)

    def _spiral(self, radius: float) -> np.ndarray:
        turns = max(2.0, radius / self.width_mm / 0.7)
        angle = np.linspace(0, 2 * np.pi * turns, round(20 * turns))
        away = np.linspace(0, radius, len(angle))
        return np.stack([away * np.cos(angle), away * np.sin(angle)], 1)

    def draw(self, image: Grey, stroke: np.ndarray, width_mm: float) -> None:
        """Lay ink over a piece of the image, with the pressure changing along the stroke.

        stroke: points in mm from the top left of the page.
        """
        places = stroke * self.scale - 0.5
        edge = int(width_mm * self.scale) + 3
        left, top = np.maximum(np.floor(places.min(0)).astype(int) - edge, 0)
        right, foot = np.ceil(places.max(0)).astype(int) + edge
        piece = image[top : max(foot, 0), left : max(right, 0)]
        if not piece.size:
            return
        # Drawn four times as large: OpenCV's lines have whole widths.
        cover = np.zeros((piece.shape[0] * 4, piece.shape[1] * 4), np.uint8)
        fine = ((places - (left, top) + 0.5) * 4 - 0.5) * _SUB
        for start, end in zip(fine[:-1].round().astype(int), fine[1:].round().astype(int), strict=True):
            pressed = max(1, round(width_mm * self.scale * 4 * self.rng.uniform(0.8, 1.15)))
            cv2.line(cover, start.tolist(), end.tolist(), 255, pressed, cv2.LINE_AA, _SHIFT)
        share = cv2.resize(cover, piece.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        inked = piece * (1 - share) + np.minimum(piece, self.ink) * share
        piece[:] = inked.astype(np.uint8)
