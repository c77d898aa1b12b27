"""Which proposals are like what somebody is writing: local, by their words, with no service of anybody.

Each shared word counts by how rare it is among the proposals of the component (inverse document frequency, Spärck Jones
1972), twice in a title. What shares less than a part of the weight of what was written is not like it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from math import log
from typing import Any

from django.db.models import Count

# Of the weight of all that was written, how much must be shared.
LEAST_SHARED = 0.18
# Words that this many proposals have say too little, and there are too many of them to look through.
TOO_COMMON = 2_000


def alike(rows: Any, stems: Collection[str], *, most: int) -> list[Any]:
    """Proposals of ``rows`` that share most of these stems, the nearest first."""
    from .models import Word

    if not stems:
        return []
    total = rows.count()
    words = Word.objects.filter(proposal__in=rows.order_by(), stem__in=stems)
    found = dict(words.values_list("stem").annotate(n=Count("pk")).values_list("stem", "n"))
    weights = {stem: log(1 + total / found.get(stem, 1)) for stem in stems}
    rare = [stem for stem, count in found.items() if count <= TOO_COMMON]
    shared: defaultdict[int, float] = defaultdict(float)
    for proposal, stem, in_title in words.filter(stem__in=rare).values_list("proposal_id", "stem", "in_title"):
        shared[proposal] += weights[stem] * (2 if in_title else 1)
    least = LEAST_SHARED * sum(weights.values())
    nearest = sorted((pk for pk, weight in shared.items() if weight >= least), key=lambda pk: (-shared[pk], pk))[:most]
    by_key = rows.in_bulk(nearest)
    return [by_key[pk] for pk in nearest]
