"""Evidence on the page: its hash and its pages are seen there; the file itself is a download."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pikepdf import Array, Dictionary, Name, Pdf, String
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.documents import Document, scanner_at
from backoffice.kernel.refusal import Refused
from backoffice.pdf.drawing import picture
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, tells
from tests.door.test_scanning import FOUND, clamd
from tests.given import disbursement as world
from tests.given.web import page, signed_in, submit, words_of
from tests.pdf import hostile
from tests.pdf.hostile import a_pdf, bomb, many_pages

REPORTED_ON = date(2023, 8, 31)
REPORT = {"letter_number": "宏聯字第112050號", "letter_on": "112/08/31"}
HOSTILE: dict[str, Callable[[], bytes]] = {
    "document.two_kinds": hostile.with_archive_behind,
    "document.damaged": lambda: b"%PDF-1.7 cut off",
    "document.encrypted": lambda: hostile.locked(user="x"),
    "document.script": lambda: a_pdf(hostile.named_script),
    "document.action": lambda: a_pdf(hostile.linked("file://192.0.2.1/x")),
    "document.attachment": lambda: a_pdf(hostile.attached),
    "document.dynamic_form": lambda: a_pdf(hostile.dynamic_form),
    "document.too_many_pages": lambda: a_pdf(many_pages(1_001)),
    "document.too_many_objects": lambda: a_pdf(hostile.many_objects(60_001)),
    "document.too_many_pixels": lambda: a_pdf(hostile.giant_image),
}


@pytest.fixture
def checkpoint_id(office: Office) -> int:
    """A checkpoint whose report is in and waits for the officer."""
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.report_point(office, point.id, REPORTED_ON)
    return point.id


def evidence_of(office: Office) -> Document:
    """The last piece of evidence that came in."""
    with Session(office.engine) as session:
        return session.scalars(select(Document).order_by(Document.id.desc())).first() or Document()


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height as the picture's head says them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_page_shows_hash_pages_and_that_nothing_scanned_it(
    office: Office, app: Flask, checkpoint_id: int
) -> None:
    client, kept = signed_in(app, given.OFFICER), evidence_of(office)

    response = client.get(f"/disbursement/checkpoints/{checkpoint_id}")
    document = page(client, f"/disbursement/checkpoints/{checkpoint_id}")

    assert kept.sha256 in words_of(response)
    assert "未掃毒" in words_of(response)
    pictures = [str(image["src"]) for image in document.select(".evidence img")]
    assert pictures == [f"/disbursement/documents/{kept.id}/pages/1"]
    assert all(image.get("alt") for image in document.select(".evidence img"))


def test_a_page_is_a_picture_that_we_have_drawn(
    office: Office, app: Flask, checkpoint_id: int
) -> None:
    client = signed_in(app, given.OFFICER)

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}/pages/1")

    assert response.status_code == 200
    assert response.mimetype == "image/png"
    assert size_of(response.data) == (1000, 1295)  # letter paper, as wide as it may be
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_the_file_itself_is_an_attachment_that_nothing_may_run_in(
    office: Office, app: Flask, checkpoint_id: int
) -> None:
    client = signed_in(app, given.OFFICER)

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}")

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("number", [0, 4, 999])
def test_only_the_first_pages_are_drawn(
    office: Office, app: Flask, checkpoint_id: int, number: int
) -> None:
    client = signed_in(app, given.OFFICER)

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}/pages/{number}")

    assert response.status_code == 404


def test_who_may_not_read_cases_sees_no_page_of_them(
    office: Office, app: Flask, checkpoint_id: int
) -> None:
    client = signed_in(app, given.ADMIN)

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}/pages/1")

    assert response.status_code == 403


def test_a_hostile_file_is_refused_on_the_page_with_what_to_do(office: Office, app: Flask) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.at(office, REPORTED_ON)
    client, before = signed_in(app, given.OFFICER), evidence_of(office).id

    response = submit(
        client,
        f"/disbursement/checkpoints/{point.id}",
        letter_number="宏聯字第112050號",
        letter_on="112/08/31",
        report=(BytesIO(a_pdf(bomb(450 << 20))), "../../佐證.pdf"),
    )

    assert response.status_code == 422
    assert tells(response, "document.unpacks_too_large")
    assert "../" not in words_of(response)
    assert evidence_of(office).id == before


def a_point_to_report(office: Office) -> str:
    """The page of a checkpoint whose report is due."""
    case_id = world.a_contracted_case(office)
    world.at(office, REPORTED_ON)
    return f"/disbursement/checkpoints/{world.points(office, case_id)[0].id}"


def test_each_kind_of_hostile_file_is_told_and_none_is_kept(office: Office, app: Flask) -> None:
    url = a_point_to_report(office)
    client, before = signed_in(app, given.OFFICER), evidence_of(office).id

    for code, content in HOSTILE.items():
        report = {**REPORT, "report": pdf(content=content())}
        refused(client, url, code, "letter_number", report)

    assert evidence_of(office).id == before


def test_what_the_scanner_finds_is_told_by_its_name_and_not_kept(
    office: Office, app: Flask, tmp_path: Path
) -> None:
    url = a_point_to_report(office)
    client, before = signed_in(app, given.OFFICER), evidence_of(office).id
    office.scanner = scanner_at(str(tmp_path / "s"))

    with clamd(tmp_path / "s", FOUND, talks=2):  # the refused form is sent in either language
        report = {**REPORT, "report": pdf()}
        answer = refused(client, url, "document.infected", "letter_number", report)

    assert "Win.Test.EICAR_HDB-1" in words_of(answer)
    assert evidence_of(office).id == before


def test_a_page_behind_the_last_one_is_told(office: Office, app: Flask, checkpoint_id: int) -> None:
    client = signed_in(app, given.OFFICER)

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}/pages/2")

    assert response.status_code == 422
    assert tells(response, "document.no_such_page")


def test_a_page_that_cannot_be_drawn_is_told(office: Office, app: Flask) -> None:
    url, client = a_point_to_report(office), signed_in(app, given.OFFICER)
    endless = pdf(content=hostile.endless_page())
    assert submit(client, url, **REPORT, report=endless).status_code == 303

    response = client.get(f"/disbursement/documents/{evidence_of(office).id}/pages/1")

    assert response.status_code == 422
    assert tells(response, "document.not_drawn")


def test_a_long_report_shows_its_first_three_pages(office: Office, app: Flask) -> None:
    case_id = world.a_contracted_case(office)
    point = world.points(office, case_id)[0]
    world.at(office, REPORTED_ON)
    client, url = signed_in(app, given.OFFICER), f"/disbursement/checkpoints/{point.id}"

    submit(
        client,
        url,
        letter_number="宏聯字第112050號",
        letter_on="112/08/31",
        report=pdf("報告.pdf", a_pdf(many_pages(12))),
    )

    document = page(client, url)
    assert len(document.select(".evidence img")) == 3
    assert "共 12 頁" in document.get_text()


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        picture(a_pdf(many_pages(2)), 3)

    assert refusal.value.code == "document.no_such_page"
    assert refusal.value.facts == {"page": 3, "pages": 2}


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing", b""], ids=["broken", "empty"])
def test_what_cannot_be_drawn_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        picture(content, 1)

    assert refusal.value.code == "document.not_drawn"


def test_a_page_as_long_as_a_road_is_drawn_small() -> None:
    def stretched(pdf_file: Pdf) -> None:
        pdf_file.pages[0].MediaBox = Array([0, 0, 100, 14_400])

    width, height = size_of(picture(a_pdf(stretched), 1))

    assert (width, height) <= (1_000, 1_600)
    assert height > 1_500


def test_a_form_shows_what_was_typed_into_it() -> None:
    def filled(pdf_file: Pdf) -> None:
        box = Array([100, 100, 300, 300])
        look = pdf_file.make_stream(
            b"0 0 200 200 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200])
        )
        field = pdf_file.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("x"),
                F=4,
                Rect=box,
                AP=Dictionary(N=look),
            )
        )
        pdf_file.pages[0].Annots = Array([field])
        pdf_file.Root.AcroForm = Dictionary(Fields=Array([field]))

    assert picture(a_pdf(filled), 1) != picture(a_pdf(), 1)
