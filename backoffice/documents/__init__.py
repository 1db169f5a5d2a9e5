"""Evidence files: looked at outside of any transaction, kept by content hash inside of it."""

from backoffice.documents.names import clean_name
from backoffice.documents.scanning import Scan, Scanner, scanner_at
from backoffice.documents.store import (
    Document,
    DocumentFile,
    Paper,
    StoredContent,
    file,
    keep,
    keep_pdf,
    paper,
    papers,
)
from backoffice.documents.uploads import (
    EVIDENCE_MAX_BYTES,
    NO_SCANNER,
    Upload,
    checked,
    look_at_all,
)

__all__ = [
    "EVIDENCE_MAX_BYTES",
    "NO_SCANNER",
    "Document",
    "DocumentFile",
    "Paper",
    "Scan",
    "Scanner",
    "StoredContent",
    "Upload",
    "checked",
    "clean_name",
    "file",
    "keep",
    "keep_pdf",
    "look_at_all",
    "paper",
    "papers",
    "scanner_at",
]
