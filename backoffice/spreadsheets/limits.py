"""How large an uploaded workbook may be."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of an upload, each inclusive. Source: trust.md FI-01, FI-03.

    `ratio` is unpacked to packed bytes of one part above 1 MiB: honest sheets of one repeated
    row were measured at 26 (.xlsx) and 220 (.ods), deflate's own ceiling is 1,032. `rows` and
    `columns` are the last row and column that hold a value, headers included; `cells` is
    their product, since a parser takes memory for the whole rectangle. `formulas` are cells of
    one sheet. `seconds` is wall time, whatever the file: 10,000 cases with 80,000 rows of theirs
    unpack to 47 MiB (.xlsx) or 110 MiB (.ods) and are read in 1.5 s, so that what takes longer
    than this was not made by the online system.
    """

    file_bytes: int = 30 * MIB
    unpacked_bytes: int = 200 * MIB
    parts: int = 1_000
    ratio: int = 400
    sheets: int = 50
    rows: int = 200_000
    columns: int = 200
    cells: int = 4_000_000
    formulas: int = 100_000
    cell_characters: int = 32_767
    seconds: float = 4.5


INTAKE_LIMITS = Limits()
