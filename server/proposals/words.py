"""Words as they are searched: folded and cut to their stems, in French and in English alike. Pure.

A town writes in both, and nobody who searches says in which. So a word is kept by its stem in either language, and a
word is found by either of its stems: ``écoles`` finds *école*, ``benches`` finds *bench*. The same on every database.

Stems: the Snowball stemmers of Porter (snowballstem.org).
"""

from __future__ import annotations

from functools import lru_cache
from threading import local

from server.processes.folding import SIGNS, fold

LONGEST = 40
# Words that stand in nearly every text, and say nothing of what it is about. Folded.
_EMPTY = """
    a about all an and are as at au aux avec be but by c can ce ces cet cette could d dans de des du elle en est et
    ete etre eux fait for from had have his if il ils in is it its j je l la le les leur leurs lui m ma mais me mes
    moi mon n ne nos not notre nous of on or other ou our out par pas plus pour qu que qui s sa sans se ses should
    son sont sur t ta te tes that the their there they this to toi ton tu un une up vos votre vous we were what when
    which will with would y your
"""
EMPTY = frozenset(_EMPTY.split())
_own = local()


def _stemmers() -> tuple:
    """Of this thread: a stemmer keeps the word that it is at."""
    if not hasattr(_own, "stemmers"):
        import snowballstemmer  # of thirty languages: not before somebody searches or writes

        _own.stemmers = (snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english"))
    return _own.stemmers


@lru_cache(maxsize=50_000)
def stems_of(word: str) -> frozenset[str]:
    """The stems of one folded word, one for each language in which it has another."""
    return frozenset(stemmer.stemWord(word)[:LONGEST] for stemmer in _stemmers())


def words_in(text: str) -> set[str]:
    """The words that say something, folded."""
    return {
        word for word in SIGNS.sub(" ", fold(text)).split() if word not in EMPTY and (len(word) > 1 or word.isdigit())
    }


def stems_in(text: str) -> set[str]:
    return set().union(*map(stems_of, words_in(text)))
