"""Who is named in a text: ``@Nadia B.``, by the names of those who take part. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from server.processes.folding import fold

MOST = 10


def mentioned(text: str, names: Mapping[int, str]) -> list[int]:
    """Keys of ``names`` that stand behind an ``@``, accents and capitals aside; of two that fit, the longer name.

    At most ten. A name that goes on with a letter or digit is another name.
    """
    said, found = fold(text), []
    longest_first = sorted(((fold(name), key) for key, name in names.items() if len(name) > 1), reverse=True)
    longest_first.sort(key=lambda one: len(one[0]), reverse=True)
    for name, key in longest_first:
        at, sign = said.find(f"@{name}"), f"@{name}"
        while at >= 0:
            after = said[at + len(sign) : at + len(sign) + 1]
            if not after.isalnum():
                found.append(key)
                said = said[:at] + " " * len(sign) + said[at + len(sign) :]
                break
            at = said.find(sign, at + 1)
    return sorted(found)[:MOST]
