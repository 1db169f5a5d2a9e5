"""Whether an uploaded file is a plain PDF: asked of a child process with limits."""

from __future__ import annotations

import logging
from dataclasses import asdict

from backoffice.kernel.child import Child, Ended, TooSlow
from backoffice.pdf.limits import PDF_LIMITS, PdfLimits
from backoffice.pdf.unfit import Unfit

logger = logging.getLogger(__name__)

INSPECTOR = Child("backoffice.pdf.inspector", ("pikepdf",))


def inspect(content: bytes, limits: PdfLimits = PDF_LIMITS) -> int:
    """The number of pages of a PDF that opens, shows pages and does nothing else.

    Refuses "document.not_pdf" (by its first bytes), ".two_kinds" (also an archive), ".damaged"
    (cut off, or a reader would have to mend it), ".encrypted", ".script", ".action" (starts a
    programme, sends a form, opens something else), ".attachment" (embedded files, sound, film),
    ".dynamic_form" (XFA), ".too_many_pages", ".too_many_objects", ".too_many_pixels",
    ".unpacks_too_large" and ".too_slow".
    """
    try:
        head, _ = INSPECTOR.ask({"limits": asdict(limits)}, content, seconds=limits.wall_seconds)
    except TooSlow as error:
        raise Unfit("document.too_slow") from error
    except Ended as error:
        logger.warning(
            "The inspection of an uploaded PDF ended before its answer.",
            extra={"exit_code": error.exit_code, "stderr": error.said},
        )
        raise Unfit("document.damaged") from error
    pages: int = head["pages"]
    return pages
