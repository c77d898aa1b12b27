"""What came of a random sample, in numbers: for the office, the record of proceedings and the published files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.web.templatetags.parvis import number, percent

from .models import SampleLetter
from .sampling import false_counts, table

if TYPE_CHECKING:
    from .models import Sample

Answer = SampleLetter.Answer


@dataclass(frozen=True)
class Outcome:
    """Of ``marks`` people marked in person ``size`` were asked: so many said yes, no, were not reached, are silent."""

    marks: int
    size: int
    confirmed: int
    denied: int
    returned: int
    silent: int

    @property
    def answered(self) -> int:
        return self.confirmed + self.denied

    @property
    def chances(self) -> list[tuple[int, int]]:
        """``(how many marks were false, percent with which the answers would have met one)``, the fewest first."""
        [(_size, percents)] = table(self.marks, self.answered)
        return list(zip(false_counts(self.marks), percents, strict=True))

    @property
    def rows(self) -> list[tuple[str, int]]:
        """Each number in words, as every paper and page says it."""
        return [
            (_("Marked in person"), self.marks),
            (_("Letters sent, drawn by lot"), self.size),
            (_("Answered: yes, I voted in person"), self.confirmed),
            (_("Answered: no, I did not"), self.denied),
            (_("Letters that came back"), self.returned),
            (_("No answer"), self.silent),
        ]

    @property
    def told(self) -> str:
        """What the answers would have found, for the number that is hardest to find."""
        false, chance = self.chances[0]
        words = ngettext(
            "Had %(false)s of the %(marks)s marks been false, the answers would have met it with a chance of "
            "%(chance)s.",
            "Had %(false)s of the %(marks)s marks been false, the answers would have met at least one of them with a "
            "chance of %(chance)s.",
            false,
        )
        return words % {"false": number(false), "marks": number(self.marks), "chance": percent(chance, 0)}

    def as_json(self) -> dict[str, int]:
        """As ``accounts.json`` carries it."""
        return asdict(self)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Outcome:
        return cls(**{name: told[name] for name in cls.__dataclass_fields__})


def outcome_of(sample: Sample) -> Outcome:
    counts = Counter(sample.letters.values_list("answer", flat=True))
    return Outcome(
        marks=sample.marks,
        size=sample.size,
        confirmed=counts[Answer.CONFIRMED],
        denied=counts[Answer.DENIED],
        returned=counts[Answer.RETURNED],
        silent=counts[Answer.NONE],
    )
