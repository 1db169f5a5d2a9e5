"""The page of who may do what, made from the code: roles across, deeds and rights down."""

from __future__ import annotations

import importlib
import pkgutil

import backoffice
from backoffice.access import GRANTS, STAFF_ROLES, Permission, Role
from backoffice.messages import act_words, shown
from backoffice.messages.people import PERMISSIONS
from backoffice.use_case import REGISTER

COLUMNS = (*STAFF_ROLES, Role.SYSTEM)
READING = """# 誰可以做什麼

本頁由程式產生，供不寫程式的人核對權限。● 表示該角色可以辦理；空白表示一律拒絕。
權限之外，系統還會核對案件本身的條件，例如製表人不得覆核自己的清冊、應迴避的委員不得評分。
權限有任何變動，本頁就會不同，測試隨即失敗；確認無誤後，以 `REGENERATE=1` 執行同一測試重新產生。

This page is made by the code, for readers who are not programmers: ● means that the role may do it.
"""


def load_all_rooms() -> None:
    """Import every module, so that every use case is registered."""
    for module in pkgutil.walk_packages(backoffice.__path__, "backoffice."):
        importlib.import_module(module.name)


def deeds() -> list[str]:
    """The names of the product's use cases; those that tests made for themselves aside."""
    return sorted(
        name for name, case in REGISTER.items() if case.body.__module__.startswith("backoffice.")
    )


def page() -> str:
    """The whole page, as Markdown."""
    permissions = [
        _row(str(PERMISSIONS[permission.value]), permission.value, permission)
        for permission in Permission
    ]
    acts = [_row(act_words(name), name, REGISTER[name].requires) for name in deeds()]
    return "\n".join(
        [
            READING,
            "## 權限 Permissions",
            "",
            *_head("權限"),
            *permissions,
            "",
            "## 每一件可以辦理的事 Deeds",
            "",
            *_head("事項"),
            *acts,
            "",
        ]
    )


def _head(first: str) -> list[str]:
    roles = " | ".join(shown(role) for role in COLUMNS)
    return [f"| {first} | {roles} | 代號 |", "|---|" + ":-:|" * len(COLUMNS) + "---|"]


def _row(words: str, name: str, permission: Permission) -> str:
    marks = " | ".join("●" if permission in GRANTS[role] else " " for role in COLUMNS)
    return f"| {words} | {marks} | `{name}` |"
