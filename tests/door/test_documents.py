"""Evidence: a plain PDF within its limit is kept under its hash; anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from flask import Flask

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.documents import Upload, clean_name, file, keep_pdf
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, Office, use_case
from tests import given

LIMIT = 20_000


@use_case("test.keep_pdf", requires=Permission.CASE_WORK)
def keep_this(act: Act, upload: Upload) -> int:
    return keep_pdf(act, upload, kind="test", case_id=None, limit=LIMIT)


def a_pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **saving: object) -> bytes:
    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if change:
            change(pdf)
        if saving:
            pdf.save(buffer, encryption=pikepdf.Encryption(owner="x", user="x"))
        else:
            pdf.save(buffer)
    return buffer.getvalue()


def with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["secret.txt"] = pikepdf.AttachedFileSpec(
        pdf,
        b"hidden",
        description="",
        filename="secret.txt",
        mime_type="text/plain",
        creation_date="",
        mod_date="",
    )


def test_a_plain_pdf_is_kept_under_the_hash_of_its_bytes(office: Office, app: Flask) -> None:
    content = a_pdf()

    first = office.perform(keep_this, given.OFFICER, Upload("佐證.pdf", content))
    second = office.perform(keep_this, given.OFFICER, Upload("同一份.pdf", content))

    with app.app_context():
        kept = [file(sessions.session(), number) for number in (first, second)]
    assert [one.content for one in kept] == [content, content]
    assert kept[0].sha256 == kept[1].sha256
    assert [one.name for one in kept] == ["佐證.pdf", "同一份.pdf"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document.missing"),
        (a_pdf() + b" " * LIMIT, "document.too_large"),
        (b"PK\x03\x04 a spreadsheet", "document.not_pdf"),
        (b"%PDF-1.7 cut off", "document.not_pdf"),
        (a_pdf(encrypted=True), "document.not_pdf"),
        (a_pdf(with_script), "document.unsafe"),
        (a_pdf(with_attachment), "document.unsafe"),
    ],
    ids=["nothing", "too large", "zip", "cut", "encrypted", "script", "attachment"],
)
def test_anything_else_is_refused_and_nothing_is_kept(
    office: Office, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(keep_this, given.OFFICER, Upload("佐證.pdf", content))

    assert refusal.value.code == code


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
