"""Facts become an official paper: A4 in Chinese, tagged (PDF/UA-1), the same bytes every time.

Facts are handed over as data and never become source, so a company's name is printed as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from typst import Fonts

Facts: TypeAlias = Mapping[str, object]

_HERE: Final = Path(__file__).parent
_STANDARD: Final = "ua-1"
_UNSHOWN: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_UNSHOWN_MAX: Final = 40  # a paper with more characters that no font has is not read by anybody


class Paper(StrEnum):
    """The papers that there are, by the name of their form."""

    RECEIPT = "receipt"
    NOTICE = "notice"
    FEE = "fee"
    SHEET = "sheet"


def printed(paper: Paper, facts: Facts) -> bytes:
    """The paper as a PDF.

    A character that none of the fonts has stands by its number, such as [U+3402], so that
    whoever signs sees that it is missing. Raises typst's error for a fact that is missing.
    """
    from typst import TypstError

    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    for _ in range(_UNSHOWN_MAX):
        try:
            return _compiled(paper, text)
        except TypstError as error:
            found = _UNSHOWN.search(str(error))
            if found is None:
                raise
            text = _named(text, found["text"])
    raise ValueError("too many characters that no font has")


def _compiled(paper: Paper, facts: str) -> bytes:
    from typst import Compiler

    compiler = Compiler(
        _HERE / f"{paper.value}.typ",
        root=_HERE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": facts},
    )
    content = compiler.compile(format="pdf", pdf_standards=[_STANDARD])
    assert isinstance(content, bytes), "one document is one file"
    return content


def _named(facts: str, text: str) -> str:
    for character in text:
        facts = facts.replace(character, f"[U+{ord(character):04X}]")
    return facts


@cache
def _fonts() -> Fonts:
    """The fonts of the wheel and no others: the same paper on every machine."""
    from pylopdf_fonts_zh_tw import serif_path
    from typst import Fonts

    folder = Path(serif_path()).parent
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
