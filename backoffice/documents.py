"""Evidence files by content hash: written once, never replaced, in the books' own transaction."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backoffice.db import Base, KeyType
from backoffice.kernel.refusal import Refused

if TYPE_CHECKING:
    from backoffice.use_case import Act

MIB = 1 << 20
EVIDENCE_MAX_BYTES = 30 * MIB
NAME_MAX = 200


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
    added_by: Mapped[int]
    added_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file that arrived with a form: its name as data, never as a path."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        # A form's key is kept with a hash of its arguments; thirty megabytes need not be spelled.
        return f"Upload({self.name!r}, {hashlib.sha256(self.content).hexdigest()})"


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A stored file with its bytes."""

    id: int
    name: str
    media_type: str
    case_id: int | None
    sha256: str
    content: bytes


def keep_pdf(
    act: Act, upload: Upload, *, kind: str, case_id: int | None, limit: int = EVIDENCE_MAX_BYTES
) -> int:
    """Keep a piece of evidence and return its document number.

    Refuses "document.missing", "document.too_large" (bytes), "document.not_pdf",
    "document.unsafe" (encrypted, scripts, attachments).
    """
    check_pdf(upload, limit=limit)
    return keep(act, upload, kind=kind, case_id=case_id, media_type="application/pdf")


def keep(act: Act, upload: Upload, *, kind: str, case_id: int | None, media_type: str) -> int:
    """Keep a file that this product made or has checked already."""
    sha256 = hashlib.sha256(upload.content).hexdigest()
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
        added_by=act.actor.id,
        added_at=act.now,
    )
    act.session.add(document)
    act.session.flush()
    return document.id


def check_pdf(upload: Upload, *, limit: int = EVIDENCE_MAX_BYTES) -> None:
    """Refuse what is not a plain PDF that opens, without scripts, attachments or a password."""
    if not upload.content:
        raise Refused("document.missing")
    if len(upload.content) > limit:
        raise Refused("document.too_large", name=upload.name, size=len(upload.content), limit=limit)
    if not upload.content.startswith(b"%PDF-"):
        raise Refused("document.not_pdf", name=upload.name)
    import pikepdf

    try:
        with pikepdf.open(BytesIO(upload.content)) as pdf:
            root = pdf.Root
            unsafe = (
                pdf.is_encrypted
                or "/OpenAction" in root
                or "/AA" in root
                or len(pdf.attachments) > 0
                or "/JavaScript" in root.get("/Names", pikepdf.Dictionary())
            )
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise Refused("document.not_pdf", name=upload.name) from error
    if unsafe:
        raise Refused("document.unsafe", name=upload.name)


def clean_name(name: str) -> str:
    """The file's name without anything that is a path or a control character."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return kept.strip(". ")[-NAME_MAX:] or "document.pdf"


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
