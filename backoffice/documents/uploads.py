"""A file that arrived with a form, and what was found when it was looked at."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from backoffice.documents.names import clean_name
from backoffice.documents.scanning import Scan, Scanner, scanner_at
from backoffice.kernel.refusal import Refused
from backoffice.pdf.inspection import inspect

MIB = 1 << 20
EVIDENCE_MAX_BYTES = 30 * MIB
REMEMBERED_MAX = 512
AT_A_TIME = 2

Verdict = tuple[int, Refused | None]  # pages, and why it is refused


@dataclass(frozen=True, slots=True)
class Finding:
    """What looking at a file found: its pages if it is a plain PDF, else why it is none."""

    pages: int
    refusal: Refused | None
    scan: Scan


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file that arrived with a form: its name as data, never as a path."""

    name: str
    content: bytes
    _found: list[Finding] = field(default_factory=list, init=False, compare=False)

    def __repr__(self) -> str:
        # A form's key is kept with a hash of its arguments; thirty megabytes need not be spelled.
        return f"Upload({self.name!r}, {self.sha256})"

    @property
    def sha256(self) -> str:
        """The name under which the bytes are kept."""
        return hashlib.sha256(self.content).hexdigest()

    def finding(self, scanner: Scanner) -> Finding:
        """What is found in the file: looked at once, and remembered with it."""
        if not self._found:
            self._found.append(_looked_at(self, scanner))
        return self._found[0]


def look_at_all(arguments: Iterable[object], scanner: Scanner) -> None:
    """Look at every upload among the arguments of a deed, before anything waits for the answer.

    Nothing is refused here: that is the deed's, in its own order.
    """
    for each in arguments:
        if isinstance(each, Upload):
            each.finding(scanner)
        elif isinstance(each, tuple):
            look_at_all(each, scanner)


NO_SCANNER = scanner_at("")


def checked(upload: Upload, *, limit: int = EVIDENCE_MAX_BYTES) -> Finding:
    """What was found in a plain PDF; looks now, without a scanner, if nobody has looked before.

    Refuses "document.missing", "document.too_large" (bytes), "document.infected", and what
    `backoffice.pdf.inspection.inspect` refuses, each with the file's name.
    """
    if not upload.content:
        raise Refused("document.missing")
    name, size = clean_name(upload.name), len(upload.content)
    if size > limit:
        raise Refused("document.too_large", name=name, size=size, limit=limit)
    found = upload.finding(NO_SCANNER)
    if found.refusal is not None:
        raise Refused(found.refusal.code, name=name, **found.refusal.facts)
    return found


def _looked_at(upload: Upload, scanner: Scanner) -> Finding:
    size = len(upload.content)
    if not 0 < size <= EVIDENCE_MAX_BYTES:
        return Finding(0, None, Scan.UNSCANNED)  # `checked` refuses it by its size
    pages, refusal = _VERDICTS.of(upload)
    if refusal is not None:
        return Finding(0, refusal, Scan.UNSCANNED)
    try:
        return Finding(pages, None, scanner(upload.content))
    except Refused as infected:
        return Finding(pages, infected, Scan.UNSCANNED)


class _Verdicts:
    """The last verdicts by content: a form that is sent again brings the same bytes again.

    Few are made at a time: a paper's seconds run from its turn, not while others have theirs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(AT_A_TIME)
        self._kept: OrderedDict[str, Verdict] = OrderedDict()

    def of(self, upload: Upload) -> Verdict:
        sha256 = upload.sha256
        verdict = self._known(sha256)
        if verdict is not None:
            return verdict
        with self._turn:  # whoever waited for the same bytes finds their verdict
            verdict = self._known(sha256) or self._inspected(upload.content)
            if verdict[1] is None or verdict[1].code != "document.too_slow":
                self._keep(sha256, verdict)
        return verdict

    def _known(self, sha256: str) -> Verdict | None:
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
            return self._kept.get(sha256)

    def _keep(self, sha256: str, verdict: Verdict) -> None:
        with self._lock:
            self._kept[sha256] = verdict
            while len(self._kept) > REMEMBERED_MAX:
                self._kept.popitem(last=False)

    @staticmethod
    def _inspected(content: bytes) -> Verdict:
        try:
            return inspect(content), None
        except Refused as refusal:
            return 0, Refused(refusal.code, **refusal.facts)  # without its traceback


_VERDICTS = _Verdicts()
