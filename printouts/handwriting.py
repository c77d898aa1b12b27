"""A hand that does not exist writes on the lines of a card: for rehearsals, the demo and tests (see ``simulate``)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from printouts.geometry import Layout, Rule
from printouts.idea_cards import LINE

Grey = np.ndarray
_FONT = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX
_HEIGHT = 4.2  # mm of a capital
_TALL = 22.0  # pixels of a capital of the font at scale 1


def writing_lines(layout: Layout) -> list[Rule]:
    """The lines to write on, from the top; two beside each other from the left."""
    rules = [rule for rule in layout.page(1).rules if rule.height == LINE and rule.width > 20_000]
    return sorted(rules, key=lambda rule: (rule.y, rule.x))


def write(image: Grey, layout: Layout, texts: Sequence[str], rng: np.random.Generator) -> None:
    """Write one text on each line, in place; "" leaves a line empty. Letters without accents, as the font has them."""
    scale = image.shape[1] / (layout.width / 1000)
    ink, width = float(rng.uniform(15, 100)), max(1, round(rng.uniform(0.3, 0.5) * scale))
    for line, text in zip(writing_lines(layout), texts, strict=False):
        x, end = line.x / 1000 + 2, (line.x + line.width) / 1000
        for word in text.split():
            size = _HEIGHT * scale / _TALL * rng.uniform(0.92, 1.08)
            (wide, _high), _base = cv2.getTextSize(word, _FONT, size, width)
            if x + wide / scale > end:
                break
            place = (round(x * scale), round((line.y / 1000 - 1.2 + rng.uniform(-0.4, 0.4)) * scale))
            cv2.putText(image, word, place, _FONT, size, ink, width, cv2.LINE_AA)
            x += wide / scale + rng.uniform(1.8, 3.2)
