"""A file comes as a download under its own name, whatever script the name is in."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask

from backoffice.documents import DocumentFile
from backoffice.web.downloads import download


def test_a_chinese_name_survives_the_header(app: Flask) -> None:
    file = DocumentFile(1, "核定函.pdf", "application/pdf", 1, "0" * 64, b"%PDF-1.7")

    with app.test_request_context():
        answer = download(file)
        answer.direct_passthrough = False
        content = answer.get_data()

    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert quote("核定函") in disposition
    assert disposition.isascii()
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert content == b"%PDF-1.7"
