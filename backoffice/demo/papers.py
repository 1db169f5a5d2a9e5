"""The papers that firms hand in: one blank page each, with a title of its own."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from backoffice.documents import Upload


@cache
def paper(title: str) -> Upload:
    """A PDF of one blank page, with its title in it; the same one each time."""
    import pikepdf

    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = title
        pdf.save(buffer, deterministic_id=True)
    return Upload(f"{title}.pdf", buffer.getvalue())
