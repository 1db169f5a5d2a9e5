"""A stored file on its way to a person: a download; pages show what we have drawn."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from backoffice.documents import DocumentFile


def download(file: DocumentFile) -> Response:
    """The file as an attachment under its own name, which may well be Chinese."""
    response = send_file(
        BytesIO(file.content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=False,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def drawn(picture: bytes) -> Response:
    """A picture in PNG that we have drawn ourselves, for a page of ours to show."""
    response = Response(picture, mimetype="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
