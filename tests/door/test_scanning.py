"""The virus scanner: what it finds is not kept, and a file it has not seen says so."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.documents import Document, Scan, Upload, scanner_at
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from config import Settings, from_environment
from tests import given
from tests.door.test_documents import keep_several, keep_this
from tests.pdf.hostile import a_pdf

FOUND = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"


@contextmanager
def clamd(place: Path, answer: bytes, *, talks: int = 1) -> Iterator[list[bytes]]:
    """A scanner that speaks clamd's protocol, answers so often, and tells what it was given."""
    given_to_it: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(place))
        listening.listen(1)

        def serve() -> None:
            for _ in range(talks):
                answer_once()

        def answer_once() -> None:
            talk, _ = listening.accept()
            with talk, talk.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    content += stream.read(size)
                given_to_it.append(content)
                talk.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield given_to_it
        thread.join(timeout=10)


def guarded_by(office: Office, place: Path) -> Office:
    return Office(office.engine, office.clock, scanner=scanner_at(str(place)))


def scans(office: Office) -> list[Scan]:
    with Session(office.engine) as session:
        return list(session.scalars(select(Document.scan).order_by(Document.id)))


def test_a_clean_file_is_kept_and_said_to_be_clean(office: Office, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(600_000)  # so that it takes several pieces
    content = a_pdf(lambda pdf: pdf.Root.__setitem__("/PieceInfo", pdf.make_stream(noise)))

    with clamd(tmp_path / "s", b"stream: OK\0") as seen:
        number = guarded_by(office, tmp_path / "s").perform(
            keep_several, given.OFFICER, (Upload("佐證.pdf", content),)
        )

    assert number > 0
    assert seen == [content]
    assert scans(office)[-1] is Scan.CLEAN


def test_what_the_scanner_finds_is_refused_and_not_kept(office: Office, tmp_path: Path) -> None:
    with clamd(tmp_path / "s", FOUND), pytest.raises(Refused) as refusal:
        guarded_by(office, tmp_path / "s").perform(
            keep_this, given.OFFICER, Upload("佐證.pdf", a_pdf())
        )

    assert refusal.value.code == "document.infected"
    assert refusal.value.facts == {"name": "佐證.pdf", "threat": "Win.Test.EICAR_HDB-1"}
    with Session(office.engine) as session:
        assert session.execute(select(func.count()).select_from(Document)).scalar_one() == 0


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"\xff"])
def test_a_scanner_that_cannot_scan_leaves_the_file_unscanned(
    office: Office, tmp_path: Path, answer: bytes
) -> None:
    with clamd(tmp_path / "s", answer):
        guarded_by(office, tmp_path / "s").perform(
            keep_this, given.OFFICER, Upload("佐證.pdf", a_pdf())
        )

    assert scans(office) == [Scan.UNSCANNED]


def test_a_scanner_that_is_down_stops_nobody(office: Office, tmp_path: Path) -> None:
    guarded_by(office, tmp_path / "nobody").perform(
        keep_this, given.OFFICER, Upload("佐證.pdf", a_pdf())
    )

    assert scans(office) == [Scan.UNSCANNED]


@pytest.mark.parametrize("place", ["/run/clamav/clamd.ctl", "127.0.0.1:3310", ""])
def test_a_scanner_is_named_by_a_socket_or_a_port(place: str, tmp_path: Path) -> None:
    named = {"BACKOFFICE_VIRUS_SCANNER": place, "BACKOFFICE_INSTANCE": str(tmp_path)}

    assert from_environment(named).virus_scanner == place


def test_what_is_no_place_of_a_scanner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="BACKOFFICE_VIRUS_SCANNER"):
        Settings("sqlite://", "key", tmp_path, virus_scanner="clamdscan --fdpass")
