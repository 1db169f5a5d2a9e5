"""A sheet holds so many rows and no more; one too many is refused, not cut off."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.layout import Column, SheetLayout
from backoffice.spreadsheets.xlsx import write_workbook

ROWS_MAX = 1_048_576


def test_a_row_beyond_the_format_s_last_is_refused() -> None:
    layout = SheetLayout("清單", [Column("案件編號")], (("x",) for _ in range(ROWS_MAX)))

    with pytest.raises(Refused) as refusal:
        write_workbook([layout], BytesIO(), made_at=datetime(2024, 7, 1, tzinfo=UTC))

    assert refusal.value.code == "workbook.too_long"
    assert refusal.value.facts["sheet"] == "清單"
