"""The child process that inspects a PDF: every object, also those inside object streams.

A reader that mends a broken file sees other objects than one that does not, and what we have not
seen we cannot vouch for. So nothing is mended here: a file with a fault is refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf

from backoffice.kernel.child import Answer, answer, limit_this_process
from backoffice.pdf.limits import PdfLimits
from backoffice.pdf.unfit import Unfit

SCRIPT, ACTION = "document.script", "document.action"
ATTACHMENT, FORM = "document.attachment", "document.dynamic_form"
WORST_FIRST: Final = (SCRIPT, ATTACHMENT, FORM, ACTION)

HEADER = b"%PDF-"
END = b"%%EOF"
END_WITHIN = 1_024  # bytes; how far from the end readers look for it (ISO 32000-1, annex H)
PIECE_BYTES: Final = 1 << 20

# What a dictionary may not hold, whatever kind of object it is.
KEYS: Final = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/AA": ACTION,
    "/EF": ATTACHMENT,
    "/EmbeddedFiles": ATTACHMENT,
    "/RichMediaContent": ATTACHMENT,
    "/RichMediaSettings": ATTACHMENT,
    "/XFA": FORM,
}
# What it may not be: by its action type, its annotation type, its type.
KINDS: Final = {
    "/S": {
        "/JavaScript": SCRIPT,
        "/Launch": ACTION,
        "/SubmitForm": ACTION,
        "/ImportData": ACTION,
        "/GoToR": ACTION,
        "/GoToE": ACTION,
        "/Rendition": ACTION,
        "/Movie": ACTION,
        "/Sound": ACTION,
        "/GoTo3DView": ACTION,
        "/RichMediaExecute": ACTION,
    },
    "/Subtype": {
        "/FileAttachment": ATTACHMENT,
        "/RichMedia": ATTACHMENT,
        "/Screen": ATTACHMENT,
        "/Movie": ATTACHMENT,
        "/Sound": ATTACHMENT,
        "/3D": ATTACHMENT,
    },
    "/Type": {"/EmbeddedFile": ATTACHMENT},
}
LINKS: Final = frozenset({"http", "https", "mailto", "tel"})
SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]*)\s*:")
# An object whose text has none of these words needs no closer look.
SUSPECT = re.compile(
    rb"/(?:"
    + b"|".join(
        re.escape(word.removeprefix("/")).encode()
        for word in sorted({*KEYS, *(name for kinds in KINDS.values() for name in kinds)})
    )
    + rb"|OpenAction|URI)(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
)
COMPRESSING: Final = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode"})
FLATE: Final = frozenset({"/FlateDecode", "/Fl"})


def inspect(request: dict[str, Any], read: Any) -> Answer:
    """The number of pages. Refuses as `backoffice.pdf.inspection.inspect` says."""
    limits = PdfLimits(**request["limits"])
    limit_this_process(memory_bytes=limits.memory_bytes, seconds=limits.cpu_seconds)
    content: bytes = read()
    check_frame(content)
    try:
        with pikepdf.open(
            BytesIO(content), attempt_recovery=False, inherit_page_attributes=False
        ) as pdf:
            pages = _check(pdf, limits)
            faults = pdf.get_warnings()
    except pikepdf.PasswordError as error:
        raise Unfit("document.encrypted") from error
    except MemoryError as error:
        raise Unfit("document.unpacks_too_large", limit=limits.unpacked_bytes) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        raise Unfit("document.damaged") from error
    if faults:
        raise Unfit("document.damaged")
    return {"pages": pages}, ()


def check_frame(content: bytes) -> None:
    """The first and the last bytes are a PDF's, and it is not an archive at the same time."""
    if not content.startswith(HEADER):
        raise Unfit("document.not_pdf")
    if END not in content[-END_WITHIN:]:
        raise Unfit("document.damaged")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            is_archive = bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return
    if is_archive:
        raise Unfit("document.two_kinds")


def _check(pdf: pikepdf.Pdf, limits: PdfLimits) -> int:
    if pdf.is_encrypted:
        raise Unfit("document.encrypted")
    count = len(pdf.objects)
    if count > limits.objects:
        raise Unfit("document.too_many_objects", objects=count, limit=limits.objects)
    left = limits.unpacked_bytes
    _check_object(pdf.trailer)
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            _check_object(each.stream_dict)
            left -= _unpacked(each, left, limits)
            if left < 0:
                raise Unfit("document.unpacks_too_large", limit=limits.unpacked_bytes)
        elif isinstance(each, (pikepdf.Dictionary, pikepdf.Array)):
            _check_object(each)
    pages = len(pdf.pages)
    if pages > limits.pages:
        raise Unfit("document.too_many_pages", pages=pages, limit=limits.pages)
    if pages == 0:
        raise Unfit("document.damaged")
    return pages


def _check_object(top: pikepdf.Object) -> None:
    if not SUSPECT.search(top.unparse(resolved=True)):
        return
    waiting, found = [top], set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Dictionary):
            found |= set(_findings(each))
            waiting += (part for _, part in each.items() if _is_inside(part))
        elif isinstance(each, pikepdf.Array):
            waiting += (part for part in each if _is_inside(part))
    for code in WORST_FIRST:
        if code in found:
            raise Unfit(code)


def _is_inside(part: object) -> bool:
    """Whether it has no number of its own; what has one is looked at in its turn."""
    return isinstance(part, (pikepdf.Dictionary, pikepdf.Array)) and not part.is_indirect


def _findings(each: pikepdf.Object) -> Iterator[str]:
    for key, code in KEYS.items():
        if key in each:
            yield code
    for key, kinds in KINDS.items():
        value = each.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in kinds:
            yield kinds[str(value)]
    if "/OpenAction" in each and not _only_shows_a_page(each["/OpenAction"]):
        yield ACTION
    target = each.get("/URI")
    if isinstance(target, (pikepdf.String, str)):
        scheme = SCHEME.match(str(target))
        if scheme and scheme[1].lower() not in LINKS:
            yield ACTION


def _only_shows_a_page(action: object) -> bool:
    """Whether what is done on opening is no more than turning to a page, as writers like to say."""
    if isinstance(action, pikepdf.Dictionary):
        return action.get("/S") == pikepdf.Name.GoTo and "/Next" not in action
    return isinstance(action, (pikepdf.Array, pikepdf.Name, pikepdf.String, str))


def _unpacked(stream: pikepdf.Stream, left: int, limits: PdfLimits) -> int:
    """The stream's size when unpacked, or a little more than is `left`."""
    facts = stream.stream_dict
    if "/F" in facts:  # its bytes are in another file, somewhere
        raise Unfit(ATTACHMENT)
    if facts.get("/Subtype") == pikepdf.Name.Image:
        pixels = _number(facts.get("/Width")) * _number(facts.get("/Height"))
        if pixels > limits.pixels:
            raise Unfit("document.too_many_pixels", pixels=pixels, limit=limits.pixels)
    raw = stream.read_raw_bytes()
    filters = _filters(facts.get("/Filter"))
    compressing = [each for each in filters if each in COMPRESSING]
    if not compressing:
        return len(raw)
    if compressing == filters[:1] and filters[0] in FLATE:
        return _inflated(raw, left)
    return len(stream.read_bytes())


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _filters(value: object) -> list[str]:
    if isinstance(value, pikepdf.Array):
        return [str(each) for each in value]
    return [str(value)] if isinstance(value, pikepdf.Name) else []


def _inflated(raw: bytes, left: int) -> int:
    """Unpacked piece by piece and thrown away, so that a bomb costs no memory."""
    inflating, size, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not inflating.eof and size <= left:
            size += len(inflating.decompress(rest, PIECE_BYTES))
            rest = inflating.unconsumed_tail
    except zlib.error:
        pass  # readers show what came before the fault, and so it counts
    return size


if __name__ == "__main__":
    answer(inspect)
