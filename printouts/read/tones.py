"""Whether an image may have lost pale marks before anybody saw it: then its marks are for people.

Both are measured where print meets paper, so that a dark table or a white sheet without print says nothing.
"""

from __future__ import annotations

import numpy as np

from printouts.read.images import Grey

DARK, LIGHT = 40, 215  # grey levels
LEAST_GREYS = 0.05  # samples between dark and light, to each dark one: an image in grey has ten times as many
LIGHT_PRINT = 130  # grey of printed black from which the light was so strong
BURNT, MOST_BURNT = 254, 0.4  # a grey that may have been any lighter one; the share of the page that has it


def _middle(grey: Grey) -> Grey:
    height, width = grey.shape
    return grey[height // 8 : -height // 8 : 2, width // 8 : -width // 8 : 2]


def has_two_tones(grey: Grey) -> bool:
    """True if an image shows no greys even where print meets paper (fax, "text mode" of a scanner)."""
    middle = _middle(grey)
    dark = np.count_nonzero(middle <= DARK)
    between = np.count_nonzero(middle < LIGHT) - dark
    return bool(between < LEAST_GREYS * dark)


def is_burnt(grey: Grey, black: float) -> bool:
    """True if print is grey and paper as white as can be: pale ink may have become paper. black: grey of print."""
    return black >= LIGHT_PRINT and float(np.mean(_middle(grey) >= BURNT)) > MOST_BURNT
