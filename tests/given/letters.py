"""Official papers, read as somebody copies text out of them."""

from __future__ import annotations

import pypdfium2


def page_count(content: bytes) -> int:
    """How many pages a paper has."""
    return len(pypdfium2.PdfDocument(content))


def text_of(content: bytes) -> str:
    """The text of every page, without any white space: some is set between scripts."""
    paper = pypdfium2.PdfDocument(content)
    pages = [paper[place] for place in range(len(paper))]
    return "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
