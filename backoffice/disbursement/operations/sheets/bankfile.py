"""The bank's file of a sheet: made at the approval, kept with it, and never made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backoffice.disbursement.models import Sheet, SheetPaymentFile
from backoffice.disbursement.payers import payments
from backoffice.disbursement.queries.sheets import rounds
from backoffice.disbursement.rules.bank_files import Credit, Dates, payment_file
from backoffice.disbursement.rules.sheets import FrozenLine
from backoffice.documents import Upload, keep
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Act

MEDIA_TYPE = "application/octet-stream"  # Big5 records: a browser must not guess at them


def credits_of(lines: Sequence[FrozenLine]) -> tuple[Credit, ...]:
    """The lines as the bank's file has them."""
    return tuple(
        Credit(
            position=line.position,
            payee=line.payee,
            ubn=line.ubn,
            bank=line.bank_code + line.branch_code,
            account=line.account,
            amount=line.paid,
            case_number=line.case_number,
        )
        for line in lines
    )


def file_of(sheet: Sheet, lines: Sequence[FrozenLine], made_at: datetime) -> bytes | None:
    """ACHP01 of the sheet, the same bytes whenever it is made; None where no payer is known.

    Refuses "bank.line_unfit" (position, payee, why).
    """
    payer = payments().payer_of(sheet.agency)
    if payer is None:
        return None
    return payment_file(sheet.number, credits_of(lines), payer, dates_of(made_at))


def dates_of(made_at: datetime) -> Dates:
    """The day before and the value date, as the banks count days."""
    calendar, day = payments().calendar, local_date(made_at)
    return Dates(made_at, before=calendar.before(day), value_on=calendar.value_date(day))


def keep_file(act: Act, sheet: Sheet, lines: Sequence[FrozenLine]) -> None:
    """Keep the file of an approved sheet under its SHA-256. Refuses what `file_of` does."""
    content = file_of(sheet, lines, act.now)
    payer = payments().payer_of(sheet.agency)
    if content is None or payer is None:
        return
    dates = dates_of(act.now)
    document_id = keep(
        act,
        Upload(f"ACHP01_{sheet.number}.txt", content),
        kind="payment_file",
        case_id=None,
        media_type=MEDIA_TYPE,
    )
    act.session.add(
        SheetPaymentFile(
            sheet_id=sheet.id,
            round=rounds(act.session, sheet.id),
            document_id=document_id,
            made_on=local_date(act.now),
            value_on=dates.value_on,
            is_assumed=payer.is_assumed,
        )
    )
