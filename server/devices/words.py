"""Two words that both screens show when a device is enrolled, so that people can see that they speak of the same one.

Drawn from the SHA-256 of code and public key: 5 bits each, from the first two bytes. A neighbour's tablet that answered
the same QR would show other words.
"""

from __future__ import annotations

import hashlib

WORDS = (
    ("abeille", "bee"), ("arbre", "tree"), ("balcon", "balcony"), ("banc", "bench"),
    ("barque", "boat"), ("cerise", "cherry"), ("chaise", "chair"), ("cheval", "horse"),
    ("ciel", "sky"), ("clé", "key"), ("cloche", "bell"), ("étoile", "star"),
    ("fenêtre", "window"), ("fleur", "flower"), ("forêt", "forest"), ("fromage", "cheese"),
    ("gare", "station"), ("jardin", "garden"), ("lampe", "lamp"), ("livre", "book"),
    ("lune", "moon"), ("maison", "house"), ("montagne", "mountain"), ("moulin", "mill"),
    ("nuage", "cloud"), ("oiseau", "bird"), ("orange", "orange"), ("pain", "bread"),
    ("pont", "bridge"), ("rivière", "river"), ("soleil", "sun"), ("vélo", "bicycle"),
)  # fmt: skip


def word_pair(code: str, public_key: str, language: str = "fr") -> list[str]:
    """The two words for this code (18 characters) and key (base64url), in French or English."""
    digest = hashlib.sha256(f"{code}{public_key}".encode()).digest()
    column = 1 if language.startswith("en") else 0
    return [WORDS[byte % 32][column] for byte in digest[:2]]
