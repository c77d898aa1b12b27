"""What came of a random sample, in numbers: for the office's page and the record of proceedings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .models import SampleLetter
from .sampling import false_counts, table

if TYPE_CHECKING:
    from .models import Sample

Answer = SampleLetter.Answer


@dataclass(frozen=True)
class Outcome:
    """chances: ``(how many marks were false, percent with which the answers would have met one)``, the fewest first."""

    marks: int
    size: int
    confirmed: int
    denied: int
    returned: int
    silent: int
    chances: list[tuple[int, int]]

    @property
    def answered(self) -> int:
        return self.confirmed + self.denied

    @property
    def weakest(self) -> tuple[int, int]:
        """The number that is hardest to find, with its chance."""
        return self.chances[0]


def outcome_of(sample: Sample) -> Outcome:
    counts = Counter(sample.letters.values_list("answer", flat=True))
    answered = counts[Answer.CONFIRMED] + counts[Answer.DENIED]
    [(_size, percents)] = table(sample.marks, answered)
    return Outcome(
        marks=sample.marks,
        size=sample.size,
        confirmed=counts[Answer.CONFIRMED],
        denied=counts[Answer.DENIED],
        returned=counts[Answer.RETURNED],
        silent=counts[Answer.NONE],
        chances=list(zip(false_counts(sample.marks), percents, strict=True)),
    )
