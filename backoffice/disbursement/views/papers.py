"""Evidence on the page: what is known of a file, and its first pages as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, abort, url_for
from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import document_url
from backoffice.messages import shown
from backoffice.pdf.drawing import picture
from backoffice.web.downloads import drawn
from backoffice.web.guard import page as guarded
from backoffice.web.pieces import Badge, Shape

SHOWN_PAGES: Final = 3  # the rest is read in the file itself

_SCAN_SHAPES: Final = {
    documents.Scan.CLEAN: Shape.DONE,
    documents.Scan.UNSCANNED: Shape.WAITING,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file as the page shows it; `pictures` are the addresses of its first pages."""

    label: str
    paper: documents.Paper
    badge: Badge
    url: str
    pictures: tuple[str, ...]


def evidence(session: Session, *papers: tuple[str, int | None]) -> tuple[Evidence, ...]:
    """The files with their labels, in this order; those that are not there are left out."""
    wanted = {number: label for label, number in papers if number is not None}
    if not wanted:
        return ()
    known = {paper.id: paper for paper in documents.papers(session, wanted.keys())}
    return tuple(_shown(label, known[number]) for number, label in wanted.items())


def _shown(label: str, paper: documents.Paper) -> Evidence:
    pages = range(1, min(paper.pages or 0, SHOWN_PAGES) + 1)
    return Evidence(
        label=label,
        paper=paper,
        badge=Badge(shown(paper.scan), _SCAN_SHAPES[paper.scan]),
        url=document_url(paper.id),
        pictures=tuple(
            url_for("disbursement.document_page", document_id=paper.id, page=number)
            for number in pages
        ),
    )


@blueprint.get("/documents/<int:document_id>/pages/<int:page>")
@guarded(requires=Permission.CASE_READ)
def document_page(document_id: int, page: int) -> Response:
    """One of the first pages of a piece of evidence, as a picture."""
    if not 1 <= page <= SHOWN_PAGES:
        abort(404)
    file = documents.file(sessions.session(), document_id)
    if file.case_id is None:
        abort(404)
    return drawn(picture(file.content, page))
