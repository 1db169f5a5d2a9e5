"""How large an uploaded PDF may be, and what looking at it may cost."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """Upper bounds of a PDF, each inclusive. Source: trust.md FI-01, FI-02, FI-09.

    `unpacked_bytes` is the sum over all streams after decompression; `pixels` is of one image (an
    A1 drawing at 300 dots an inch has 70 million). `memory_bytes` and `cpu_seconds` are the
    child's own and stop what is hostile; `wall_seconds` is twice as long, for on a busy machine an
    honest paper may have to wait for its turn.
    """

    pages: int = 1_000
    objects: int = 60_000
    unpacked_bytes: int = 400 * MIB
    pixels: int = 100_000_000
    memory_bytes: int = 768 * MIB
    cpu_seconds: int = 4
    wall_seconds: float = 9.0


PDF_LIMITS = PdfLimits()
