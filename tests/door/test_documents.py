"""Evidence: a plain PDF within its limit is kept under its hash; anything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from pikepdf import Name, String
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.audit import AuditEntry
from backoffice.db import sessions
from backoffice.documents import (
    EVIDENCE_MAX_BYTES,
    Document,
    Scan,
    StoredContent,
    Upload,
    clean_name,
    file,
    keep_pdf,
    paper,
)
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.pdf.hostile import a_pdf, attached, locked, many_pages, on_opening

LIMIT = 20_000
SCRIPTED = a_pdf(on_opening(S=Name.JavaScript, JS=String("app.alert(1)")))


@use_case("test.keep_pdf", requires=Permission.CASE_WORK)
def keep_this(act: Act, upload: Upload) -> int:
    return keep_pdf(act, upload, kind="test", case_id=None, limit=LIMIT)


@use_case("test.keep_bytes", requires=Permission.CASE_WORK)
def keep_bytes(act: Act, content: bytes) -> int:
    """The file is no argument of this deed, so nobody has looked at it before."""
    return keep_pdf(act, Upload("佐證.pdf", content), kind="test", case_id=None)


@use_case("test.keep_several", requires=Permission.CASE_WORK)
def keep_several(act: Act, uploads: tuple[Upload, ...]) -> int:
    return [keep_pdf(act, each, kind="test", case_id=None) for each in uploads][-1]


def test_many_new_papers_at_once_are_each_looked_at_in_their_turn(office: Office) -> None:
    papers = [a_pdf(many_pages(pages)) for pages in range(20, 32)]

    def keep(content: bytes) -> int:
        return office.perform(keep_this, given.OFFICER, Upload("佐證.pdf", content))

    with ThreadPoolExecutor(len(papers)) as people:
        kept = list(people.map(keep, [*papers, papers[0]]))

    assert len(set(kept)) == len(papers) + 1


def test_a_plain_pdf_is_kept_under_the_hash_of_its_bytes(office: Office, app: Flask) -> None:
    content = a_pdf()

    first = office.perform(keep_this, given.OFFICER, Upload("佐證.pdf", content))
    second = office.perform(keep_this, given.OFFICER, Upload("同一份.pdf", content))

    with app.app_context():
        kept = [file(sessions.session(), number) for number in (first, second)]
    assert [one.content for one in kept] == [content, content]
    assert kept[0].sha256 == kept[1].sha256
    assert [one.name for one in kept] == ["佐證.pdf", "同一份.pdf"]


def test_its_pages_are_counted_and_a_missing_scanner_is_told(office: Office, app: Flask) -> None:
    content = a_pdf(many_pages(12))

    number = office.perform(keep_this, given.OFFICER, Upload("佐證.pdf", content))

    with app.app_context():
        known = paper(sessions.session(), number)
    assert (known.pages, known.size, known.scan) == (12, len(content), Scan.UNSCANNED)


REFUSED: list[tuple[bytes, str]] = [
    (b"", "document.missing"),
    (a_pdf() + b" " * LIMIT, "document.too_large"),
    (b"PK\x03\x04 a spreadsheet", "document.not_pdf"),
    (b"%PDF-1.7 cut off", "document.damaged"),
    (locked(user="x"), "document.encrypted"),
    (SCRIPTED, "document.script"),
    (a_pdf(attached), "document.attachment"),
]
KINDS = ["nothing", "too large", "zip", "cut", "encrypted", "script", "attachment"]


@pytest.mark.parametrize(("content", "code"), REFUSED, ids=KINDS)
def test_anything_else_is_refused_and_nothing_is_kept(
    office: Office, content: bytes, code: str
) -> None:
    before = rows(office)

    with pytest.raises(Refused) as refusal:
        office.perform(keep_this, given.OFFICER, Upload("../佐證.pdf", content))

    assert refusal.value.code == code
    assert refusal.value.facts.get("name", "佐證.pdf") == "佐證.pdf"
    assert rows(office) == before


def test_a_file_beyond_every_limit_is_not_even_looked_at(office: Office) -> None:
    huge = Upload("佐證.pdf", bytes(EVIDENCE_MAX_BYTES + 1))

    with pytest.raises(Refused) as refusal:
        office.perform(keep_several, given.OFFICER, (huge,))

    assert refusal.value.facts["limit"] == EVIDENCE_MAX_BYTES


def test_a_deed_that_nobody_looked_for_looks_itself(office: Office) -> None:
    before = rows(office)

    with pytest.raises(Refused) as refusal:
        office.perform(keep_bytes, given.OFFICER, SCRIPTED)

    assert refusal.value.code == "document.script"
    assert rows(office) == before
    assert office.perform(keep_bytes, given.OFFICER, a_pdf()) > 0


def test_one_bad_file_among_several_keeps_none(office: Office) -> None:
    before = rows(office)

    with pytest.raises(Refused):
        office.perform(
            keep_several, given.OFFICER, (Upload("甲.pdf", a_pdf()), Upload("乙.pdf", SCRIPTED))
        )

    assert rows(office) == before


def test_a_file_is_looked_at_before_the_transaction_begins(office: Office) -> None:
    order: list[str] = []

    def scanner(_content: bytes) -> Scan:
        order.append("looked")
        return Scan.CLEAN

    careful = Office(office.engine, office.clock, scanner=scanner)
    with told_of_transactions(office, lambda: order.append("began")):
        careful.perform(keep_this, given.OFFICER, Upload("佐證.pdf", a_pdf()))

    assert order[:2] == ["looked", "began"]
    assert order.count("looked") == 1


def test_who_may_not_do_it_has_nothing_looked_at(office: Office) -> None:
    looked: list[bytes] = []

    def scanner(content: bytes) -> Scan:
        looked.append(content)
        return Scan.CLEAN

    careful = Office(office.engine, office.clock, scanner=scanner)
    with pytest.raises(Refused) as refusal:
        careful.perform(keep_this, given.CASHIER, Upload("佐證.pdf", a_pdf()))

    assert refusal.value.code == "access.denied"
    assert looked == []


@contextmanager
def told_of_transactions(office: Office, tell: Callable[[], None]) -> Iterator[None]:
    """Tell of each transaction that begins on the engine of writers."""

    def began(_connection: object) -> None:
        tell()

    event.listen(office.engine, "begin", began)
    try:
        yield
    finally:
        event.remove(office.engine, "begin", began)


def rows(office: Office) -> list[int]:
    """How many documents, contents and audit entries there are."""
    with Session(office.engine) as session:
        return [
            session.execute(select(func.count()).select_from(model)).scalar_one()
            for model in (Document, StoredContent, AuditEntry)
        ]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("核定函.pdf", "核定函.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\公文\\函.pdf", "函.pdf"),
        ("a\nb\u202e.pdf", "ab.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("長" * 300 + ".pdf", "長" * 196 + ".pdf"),
    ],
)
def test_a_name_is_data_and_never_a_path(name: str, clean: str) -> None:
    assert clean_name(name) == clean
