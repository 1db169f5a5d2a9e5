"""A sheet as a pandas table: text as it was read, and nothing guessed."""

from __future__ import annotations

from backoffice.spreadsheets.frame import frame_of
from backoffice.spreadsheets.reader import read_workbook
from tests.spreadsheets.books import excel


def test_a_table_holds_the_texts_under_the_numbers_of_their_rows() -> None:
    rows: list[list[object]] = [["統一編號", "備註"], ["00123456", "NA"], [None, None], ["1", None]]
    sheet = read_workbook(excel({"案件": rows})).sheets["案件"]

    frame = frame_of(sheet)

    assert list(frame.columns) == ["統一編號", "備註"]
    assert list(frame.index) == [2, 4]
    assert frame["統一編號"].tolist() == ["00123456", "1"]
    assert frame["備註"].tolist() == ["NA", None]


def test_a_blank_sheet_is_a_table_without_rows() -> None:
    sheet = read_workbook(excel({"案件": [["統一編號"]]})).sheets["案件"]

    assert frame_of(sheet).shape == (0, 1)
