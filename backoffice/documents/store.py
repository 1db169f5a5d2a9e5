"""Evidence files by content hash: written once, never replaced, in the books' own transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.db import Base, KeyType, state_column
from backoffice.documents.names import NAME_MAX, clean_name
from backoffice.documents.scanning import Scan
from backoffice.documents.uploads import EVIDENCE_MAX_BYTES, Finding, Upload, checked

if TYPE_CHECKING:
    from backoffice.use_case import Act

PAPERS_MAX = 100


class StoredContent(Base):
    """The bytes, under their SHA-256."""

    __tablename__ = "document_content"
    __audit_hidden__ = frozenset({"content"})

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Document(Base):
    """A file as somebody handed it in: its name, its case, and the hash of its bytes."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(KeyType, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    kind: Mapped[str] = mapped_column(String(48))
    case_id: Mapped[int | None] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int | None]
    scan: Mapped[Scan] = mapped_column(state_column(Scan))
    added_by: Mapped[int]
    added_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A stored file with its bytes."""

    id: int
    name: str
    media_type: str
    case_id: int | None
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """A document without its bytes; `pages` is None of what is no PDF."""

    id: int
    name: str
    case_id: int | None
    sha256: str
    size: int
    pages: int | None
    scan: Scan
    added_at: datetime


def keep_pdf(
    act: Act, upload: Upload, *, kind: str, case_id: int | None, limit: int = EVIDENCE_MAX_BYTES
) -> int:
    """Keep a piece of evidence and return its document number; refuses what `checked` does."""
    return _kept(act, upload, kind, case_id, "application/pdf", checked(upload, limit=limit))


def keep(act: Act, upload: Upload, *, kind: str, case_id: int | None, media_type: str) -> int:
    """Keep a file that this product made or has checked already."""
    return _kept(act, upload, kind, case_id, media_type, None)


def _kept(
    act: Act,
    upload: Upload,
    kind: str,
    case_id: int | None,
    media_type: str,
    found: Finding | None,
) -> int:
    sha256 = upload.sha256
    if act.session.get(StoredContent, sha256) is None:
        act.session.add(
            StoredContent(
                sha256=sha256,
                size=len(upload.content),
                media_type=media_type,
                content=upload.content,
            )
        )
    document = Document(
        sha256=sha256,
        name=clean_name(upload.name),
        kind=kind,
        case_id=case_id,
        size=len(upload.content),
        media_type=media_type,
        pages=found.pages if found else None,
        scan=found.scan if found else Scan.UNSCANNED,
        added_by=act.actor.id,
        added_at=act.now,
    )
    act.session.add(document)
    act.session.flush()
    return document.id


def file(session: Session, document_id: int) -> DocumentFile:
    """A stored file by its number; NoResultFound when there is none."""
    row = session.execute(
        select(
            Document.id,
            Document.name,
            Document.media_type,
            Document.case_id,
            Document.sha256,
            StoredContent.content,
        )
        .join(StoredContent, StoredContent.sha256 == Document.sha256)
        .where(Document.id == document_id)
    ).one()
    return DocumentFile(*row)


def paper(session: Session, document_id: int) -> Paper:
    """What is known of a stored file; NoResultFound when there is none."""
    row = session.execute(_papers().where(Document.id == document_id)).one()
    return Paper(*row)


def papers(session: Session, document_ids: Collection[int]) -> tuple[Paper, ...]:
    """The same for several, by their numbers."""
    rows = session.execute(
        _papers().where(Document.id.in_(document_ids)).order_by(Document.id).limit(PAPERS_MAX)
    )
    return tuple(Paper(*row) for row in rows)


def _papers() -> Select[int, str, int | None, str, int, int | None, Scan, datetime]:
    return select(
        Document.id,
        Document.name,
        Document.case_id,
        Document.sha256,
        Document.size,
        Document.pages,
        Document.scan,
        Document.added_at,
    )
