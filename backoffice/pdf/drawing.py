"""A page of a PDF as a picture: drawn by a child process, so that no reader's browser parses it."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Final

from backoffice.kernel.child import Child, Ended, TooSlow
from backoffice.kernel.refusal import Refused
from backoffice.pdf.limits import PDF_LIMITS

logger = logging.getLogger(__name__)

PAINTER = Child("backoffice.pdf.painter", ("pypdfium2", "pypdfium2_raw", "PIL"))
WIDTH_MAX: Final = 1_000  # pixels; text of an A4 page is easily read
HEIGHT_MAX: Final = 1_600


def picture(content: bytes, page: int) -> bytes:
    """The page, counted from 1, as PNG no larger than `WIDTH_MAX` × `HEIGHT_MAX`.

    Refuses "document.no_such_page" (page, pages) and "document.not_drawn".
    """
    request = {
        "limits": asdict(PDF_LIMITS),
        "page": page,
        "width": WIDTH_MAX,
        "height": HEIGHT_MAX,
    }
    try:
        _, drawn = PAINTER.ask(request, content, seconds=PDF_LIMITS.wall_seconds)
    except (TooSlow, Ended) as error:
        logger.warning(
            "A page of a PDF was not drawn.",
            extra={"reason": f"{type(error).__name__} {error}", "page": page},
        )
        raise Refused("document.not_drawn") from error
    return drawn
