"""What the audit calls the tables and columns of places and their waiting lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SUBJECTS: dict[str, LazyString] = {
    "seat": _("名額"),
    "seat_claim": _("名額順序"),
    "seat_allocation": _("名額給予"),
    "seat_release": _("名額釋出"),
    "seat_conflict": _("名額順序爭議"),
    "service": _("輔導"),
}

FIELDS: dict[str, LazyString] = {
    "allocation_id": _("名額給予紀錄"),
    "key_at": _("順序時間"),
    "receipt": _("收據號碼"),
    "choice": _("業者的選擇"),
    "choice_on": _("來函日期"),
    "choice_number": _("來函文號"),
    "seat_id": _("名額"),
    "allocated_at": _("給予時間"),
    "allocated_by": _("給予人"),
    "allocated_by_name": _("給予人姓名"),
    "released_by": _("釋出人"),
    "released_by_name": _("釋出人姓名"),
    "rank": _("應有順位"),
    "raised_at": _("提出時間"),
    "started_on": _("開始日"),
    "delivered_on": _("完成日"),
    "advertising": _("廣告支出"),
    "entered_by_name": _("登錄人姓名"),
    "returned_at": _("退還時間"),
    "count": _("數量"),
}

FIELDS_OF: dict[tuple[str, str], LazyString] = {
    ("seat", "number"): _("名額號碼"),
    ("seat_allocation", "number"): _("名額號碼"),
    ("seat_release", "released_at"): _("釋出時間"),
    ("seat_conflict", "claim_id"): _("名額順序"),
    ("seat_claim", "made_at"): _("列入時間"),
    ("fee_paid", "source"): _("來源"),
}
