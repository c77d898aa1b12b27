"""In which languages a town writes beyond those of the pages: read from the environment, refused in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf.locale import LANG_INFO


def read_languages(codes: Sequence[str], pages: Collection[str]) -> list[str]:
    """The codes, each once, without those of the pages. Raises ValueError for what is no language that has a name.

    Letters alone: texts are kept under ``pt``, not under ``pt-br``.
    """
    wanted = dict.fromkeys(code.strip().lower() for code in codes if code.strip())
    for code in wanted:
        if not code.isalpha() or "name_local" not in LANG_INFO.get(code, {}):
            raise ValueError(f"{code!r} is no language of two or three letters that Parvis has a name for")
    return [code for code in wanted if code not in pages]
