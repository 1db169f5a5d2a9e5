"""Official papers: tagged PDF, the same bytes every time, and text is never source."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from backoffice import letters
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import in_words
from tests.given.letters import page_count, text_of

HOSTILE = '#read("/etc/passwd") *粗* _斜_ <label> @ref $x$ //comment \\ `raw`有限公司'


def receipt(payee: str = "宏聯精密工業股份有限公司", amount: int = 1_500_000) -> bytes:
    return letters.receipt(
        letters.Receipt(
            agency="經濟部中小企業處",
            scheme="升級轉型補助",
            project="智慧產線建置計畫",
            tranche=1,
            amount=Ntd(amount),
            payee=payee,
            ubn="04595252",
            case_number="S01-112-000001",
        )
    )


def notice() -> bytes:
    return letters.notice(
        letters.Notice(
            agency="經濟部中小及新創企業署",
            scheme="升級轉型補助",
            payee="永昌塑膠企業社",
            case_number="S01-112-000002",
            project="低碳製程計畫",
            tranche=2,
            amount=Ntd(1_499_999),
            paid_on=date(2023, 11, 21),
            account="700-0021 ····0345",
            sheet_number="112-S01-0001",
            position=2,
        )
    )


def fee() -> bytes:
    return letters.fee_receipt(
        letters.FeeReceipt(
            agency="經濟部國際貿易署",
            number="112-S09-0033",
            payer="大建模具有限公司",
            ubn="12345675",
            reason="海外客戶之數位能力參與費用",
            amount=Ntd(300_000),
            net=Ntd(285_714),
            tax=Ntd(14_286),
            received_on=date(2023, 5, 20),
        )
    )


def sheet(rows: int = 3) -> bytes:
    return letters.sheet(
        letters.SheetPaper(
            agency="經濟部中小企業處",
            number="112-S01-0001",
            about="清冊編號：112-S01-0001",
            origin="經費來源：特別預算",
            heads=("序號", "受款人", "本次應撥"),
            numeric=(0, 2),
            rows=[(str(place), HOSTILE, "1,000") for place in range(1, rows + 1)],
            count=rows,
            total=Ntd(1_000 * rows),
            seal="控制碼（SHA-256）：–",
            signatures=("承辦人：林主計　112年11月20日 09:14", "覆核："),
        )
    )


PAPERS = (receipt, notice, fee, sheet)


@pytest.mark.parametrize("made", PAPERS)
def test_a_paper_is_the_same_bytes_every_time(made: Callable[[], bytes]) -> None:
    assert made() == made()


@pytest.mark.parametrize("made", PAPERS)
def test_a_paper_is_tagged_titled_and_says_its_language(made: Callable[[], bytes]) -> None:
    with pikepdf.open(BytesIO(made())) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith("zh")
        with pdf.open_metadata() as known:
            assert known["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert known["dc:title"]


def test_a_receipt_says_what_the_law_asks_of_it() -> None:
    said = text_of(receipt())

    assert "茲收到經濟部中小企業處撥付『升級轉型補助』智慧產線建置計畫第1期補助款" in said
    assert "新臺幣壹佰伍拾萬元整" in said
    assert "受領人名稱宏聯精密工業股份有限公司統一編號04595252" in said
    assert "中華民國" in said


def test_a_notice_shows_the_masked_account_and_the_day() -> None:
    said = text_of(notice())

    assert "新臺幣壹佰肆拾玖萬玖仟玖佰玖拾玖元整" in said
    assert "700-0021····0345" in said
    assert "112年11月21日" in said
    assert "112-S01-0001第2列" in said


def test_a_fee_receipt_splits_the_tax_from_the_price() -> None:
    said = text_of(fee())

    assert "未稅金額新臺幣285,714元" in said
    assert "營業稅新臺幣14,286元" in said
    assert "大寫金額新臺幣參拾萬元整" in said


def test_a_fee_receipt_whose_parts_do_not_add_up_is_a_bug() -> None:
    facts = letters.FeeReceipt(
        "機關", "1", "甲", "12345675", "費", Ntd(3), Ntd(2), Ntd(2), date(2023, 5, 20)
    )
    with pytest.raises(AssertionError, match="net and its tax"):
        letters.fee_receipt(facts)


def test_a_sheet_of_many_rows_goes_over_pages_and_ends_with_its_signatures() -> None:
    content = sheet(60)

    assert page_count(content) > 1
    assert "合計60筆" in text_of(content)
    assert in_words(Ntd(60_000)) in text_of(content)
    assert "承辦人：林主計" in text_of(content)


@pytest.mark.parametrize("made", [lambda: receipt(HOSTILE), sheet])
def test_a_hostile_name_is_printed_as_it_is(made: Callable[[], bytes]) -> None:
    said = text_of(made())

    assert "".join(HOSTILE.split()) in said
    assert "root:" not in said


def test_a_character_that_no_font_has_stands_by_its_number() -> None:
    said = text_of(receipt("㐂𠮷股份有限公司"))

    assert "[U+3402][U+20BB7]股份有限公司" in said


def test_the_press_is_loaded_only_when_something_is_printed() -> None:
    asked = "import sys, backoffice.letters; print('typst' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout.strip() == "False"
