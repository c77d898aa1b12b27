"""What happens to a sheet between the pen and the glass, and to its image afterwards: for the rehearsal and tests.

Each function takes the upright page (height x width, uint8) and returns another; lengths are millimetres of the page,
``scale`` is pixels to a millimetre.
"""

from __future__ import annotations

import cv2
import numpy as np

Grey = np.ndarray


def curled(image: Grey, scale: float, rng: np.random.Generator, most_mm: float = 2.0) -> Grey:
    """Bend the page like paper that was rolled or folded: its middle moves by up to ``most_mm``, its corners hardly."""
    height, width = image.shape
    x, y = np.linspace(0, 1, 200)[None], np.linspace(0, 1, 200)[:, None]
    down, across = rng.uniform(-1, 1, 2) * most_mm * scale
    lean = float(rng.uniform(0.6, 1.0))
    dy = down * np.sin(np.pi * x) * (lean + (1 - lean) * y)
    dx = across * np.sin(np.pi * y) * (lean + (1 - lean) * x)
    moved_x, moved_y = (cv2.resize(moved.astype(np.float32), (width, height)) for moved in (dx, dy))
    places_x = moved_x + np.arange(width, dtype=np.float32)[None]
    places_y = moved_y + np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(cv2.remap(image, places_x, places_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def folded(image: Grey, scale: float, rng: np.random.Generator) -> Grey:
    """Fold the sheet in two or four as for the urn, and open it again: a darker line with a lit edge."""
    height, width = image.shape
    shade = np.zeros(height)
    rows = np.arange(height)
    for share in [0.5] if rng.random() < 0.7 else [0.25, 0.5, 0.75]:
        at = height * share + rng.uniform(-3, 3) * scale
        edge = np.exp(-(((rows - at) / (0.25 * scale)) ** 2)) * rng.uniform(10, 55)
        light = np.exp(-(((rows - at - 0.8 * scale) / (0.4 * scale)) ** 2)) * rng.uniform(0, 15)
        shade += light - edge
    return cv2.add(image, np.repeat(shade.round().astype(np.int16)[:, None], width, 1), dtype=cv2.CV_8U)


def stained(image: Grey, scale: float, rng: np.random.Generator) -> Grey:
    """Put a coffee cup down on it: a ring, darker at its edge, and some drops."""
    height, width = image.shape
    layer = np.zeros((height // 4 + 1, width // 4 + 1), np.float32)
    centre = (int(rng.uniform(0.1, 0.9) * width / 4), int(rng.uniform(0.1, 0.9) * height / 4))
    radius = int(rng.uniform(28, 42) * scale / 4)
    cv2.circle(layer, centre, radius, float(rng.uniform(8, 18)), -1)
    cv2.circle(layer, centre, radius, float(rng.uniform(30, 60)), max(1, int(rng.uniform(1, 2.5) * scale / 4)))
    for _drop in range(int(rng.integers(0, 5))):
        place = (int(rng.uniform(0, width / 4)), int(rng.uniform(0, height / 4)))
        cv2.circle(layer, place, max(1, int(rng.uniform(0.8, 2.5) * scale / 4)), float(rng.uniform(15, 45)), -1)
    stain = cv2.GaussianBlur(cv2.resize(layer, (width, height)), (0, 0), 0.5 * scale)
    return cv2.subtract(image, stain, dtype=cv2.CV_8U)


def punched(image: Grey, scale: float, rng: np.random.Generator) -> Grey:
    """Punch two or four holes for a folder along one long side; the lid behind them is black or white."""
    out, (height, width) = image.copy(), image.shape
    apart = [-40, 40] if rng.random() < 0.7 else [-120, -40, 40, 120]
    x = 12 * scale if rng.random() < 0.6 else width - 12 * scale
    lid = int(rng.choice([rng.uniform(5, 50), rng.uniform(225, 255)]))
    for away in apart:
        cv2.circle(out, (int(x), int(height / 2 + away * scale)), int(3 * scale), lid, -1, cv2.LINE_AA)
    return out


def cropped(image: Grey, scale: float, rng: np.random.Generator, most_mm: float = 5.0) -> Grey:
    """Cut off a little of one or two sides, as feeders do."""
    height, width = image.shape
    top, left, foot, right = (rng.uniform(0, most_mm, 4) * scale * (rng.random(4) < 0.5)).astype(int)
    return np.ascontiguousarray(image[top : height - foot, left : width - right])


def shone_through(image: Grey, other: Grey, strength: float) -> Grey:
    """Let the mirrored back of the sheet shine through."""
    back = cv2.resize(other[:, ::-1], image.shape[::-1])
    return cv2.subtract(image, cv2.convertScaleAbs(255 - back, alpha=strength))


def scrawled(image: Grey, scale: float, rng: np.random.Generator) -> Grey:
    """Draw one careless line of 10 to 60 mm somewhere on the page."""
    from printouts.pens import Pen

    height, width = image.shape
    start = np.array([rng.uniform(10, width / scale - 10), rng.uniform(10, height / scale - 10)])
    angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(10, 60)
    along = np.linspace(0, length, 12)[:, None] * [np.cos(angle), np.sin(angle)]
    out = image.copy()
    pen = Pen(scale, rng, "cross")
    pen.draw(out, start + np.cumsum(rng.normal(0, 0.25, (12, 2)), 0) + along, pen.width_mm)
    return out


def two_tone(image: Grey, rng: np.random.Generator) -> Grey:
    """Scan in black and white only, as a fax does."""
    return np.where(image > rng.uniform(120, 175), 255, 0).astype(np.uint8)


def halftone(image: Grey) -> Grey:
    """Show greys by dots (ordered dither of 4 x 4), as a fax does with photographs."""
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 16 + 8
    height, width = image.shape
    limits = np.tile(order, (height // 4 + 1, width // 4 + 1))[:height, :width]
    return np.where(image > limits, 255, 0).astype(np.uint8)


def moved(image: Grey, pixels: float, rng: np.random.Generator) -> Grey:
    """Blur by a hand that was not still."""
    size = max(3, int(pixels) | 1)
    kernel = np.zeros((size, size), np.float32)
    angle, middle = rng.uniform(0, np.pi), (size - 1) / 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * middle
    start, end = ((middle + sign * reach).round().astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()))
