"""The virus scanner of the machine, if there is one: clamd, spoken to through its socket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from backoffice.pdf.unfit import Unfit

logger = logging.getLogger(__name__)

PIECE_BYTES: Final = 1 << 18
ANSWER_MAX: Final = 4_096
SECONDS: Final = 20.0  # for each step of the talk; clamd takes about a second for 30 MiB


class Scan(StrEnum):
    """What a scanner said of a file; files in which something is found are not kept at all."""

    CLEAN = "CLEAN"
    UNSCANNED = "UNSCANNED"


Scanner = Callable[[bytes], Scan]


def scanner_at(address: str) -> Scanner:
    """The clamd at `/path/of/its.socket` or at `host:port`; at "" there is none."""
    if not address:
        return _nobody
    return lambda content: _asked(address, content)


def _nobody(_content: bytes) -> Scan:
    return Scan.UNSCANNED


def _asked(address: str, content: bytes) -> Scan:
    """Refuses "document.infected" (threat). A scanner that does not answer has not scanned."""
    try:
        said = _instream(address, content)
    except OSError as error:
        logger.warning("The virus scanner does not answer.", extra={"reason": str(error)})
        return Scan.UNSCANNED
    verdict = said.removeprefix("stream: ")
    if verdict == "OK":
        return Scan.CLEAN
    if verdict.endswith(" FOUND"):
        raise Unfit("document.infected", threat=verdict.removesuffix(" FOUND")[:80])
    logger.warning("The virus scanner did not scan.", extra={"reason": said[:200]})
    return Scan.UNSCANNED


def _instream(address: str, content: bytes) -> str:
    """One INSTREAM command of clamd: pieces, each after its length, then an empty one."""
    with _connected(address) as talk:
        talk.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE_BYTES):
            piece = content[start : start + PIECE_BYTES]
            talk.sendall(len(piece).to_bytes(4, "big") + piece)
        talk.sendall(bytes(4))
        said = b""
        while b"\0" not in said and len(said) < ANSWER_MAX:
            more = talk.recv(ANSWER_MAX)
            if not more:
                break
            said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        talk.settimeout(SECONDS)
        try:
            talk.connect(address)
        except OSError:
            talk.close()
            raise
        return talk
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
