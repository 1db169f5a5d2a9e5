"""The reasons for which a bank gives a payment back, by the code of its answer.

The codes are those of the clearing house's batch transfers 退件理由代號. [assumed: no public source
lists them as a whole; each is to be confirmed with the sending bank before the first file.] A code
that is not listed is kept as it is, and its reason is OTHER.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backoffice.disbursement.rules.sheets import ReturnReason

# 交易成功: the payment was credited; a blank code says the same.
PAID_CODES: Final = frozenset({"", "00"})


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A code in the bank's words, and the reason of ours that it comes under."""

    words: str
    reason: ReturnReason


_R = ReturnReason
RETURN_CODES: Final[Mapping[str, ReturnCode]] = {
    "01": ReturnCode("存款不足", _R.OTHER),
    "02": ReturnCode("非委託用戶", _R.OTHER),
    "04": ReturnCode("無此帳號", _R.ACCOUNT_WRONG),
    "05": ReturnCode("收受者統編錯誤", _R.UBN_DIFFERS),
    "06": ReturnCode("無此用戶號碼", _R.OTHER),
    "07": ReturnCode("用戶號碼不符", _R.OTHER),
    "08": ReturnCode("戶名不符", _R.NAME_DIFFERS),
    "22": ReturnCode("帳戶已結清", _R.ACCOUNT_CLOSED),
    "23": ReturnCode("靜止戶", _R.OTHER),
    "24": ReturnCode("凍結戶", _R.OTHER),
    "25": ReturnCode("帳戶遭法院扣押", _R.OTHER),
    "91": ReturnCode("收受行未於期限內回覆", _R.OTHER),
    "98": ReturnCode("其他", _R.OTHER),
    "99": ReturnCode("其他", _R.OTHER),
}


def return_code(code: str) -> ReturnCode:
    """What a code says; one that is not listed is told by itself."""
    return RETURN_CODES.get(code) or ReturnCode(f"代碼 {code}", ReturnReason.OTHER)
