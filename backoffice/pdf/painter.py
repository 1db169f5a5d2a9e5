"""The child process that draws a page of a PDF: what may be wrong with the file stays in here."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image

from backoffice.kernel.child import Answer, answer, limit_this_process
from backoffice.kernel.refusal import Refused
from backoffice.pdf.limits import PdfLimits

SCALE_MAX = 4.0  # a stamp is not drawn as large as a poster
COLOURS = 64  # of the picture's palette: text stays sharp at a third of the bytes


def paint(request: dict[str, Any], read: Callable[[], bytes]) -> Answer:
    """A page as PNG. Refuses "document.no_such_page" and "document.not_drawn"."""
    limits = PdfLimits(**request["limits"])
    number, width, height = request["page"], request["width"], request["height"]
    limit_this_process(memory_bytes=limits.memory_bytes, seconds=limits.cpu_seconds)
    content = read()
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            if not 1 <= number <= len(pdf):
                raise Refused("document.no_such_page", page=number, pages=len(pdf))
            pdf.init_forms()  # else what was typed into a form's fields would not be seen
            page = pdf[number - 1]
            wide, high = page.get_size()
            scale = min(width / max(wide, 1.0), height / max(high, 1.0), SCALE_MAX)
            picture: Image.Image = page.render(scale=scale).to_pil()
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        raise Refused("document.not_drawn") from error
    drawn = BytesIO()
    picture.convert("RGB").quantize(COLOURS).save(drawn, "PNG")
    return {"bytes": drawn.tell()}, (drawn.getvalue(),)


if __name__ == "__main__":
    answer(paint)
