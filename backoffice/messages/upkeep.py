"""What backup and restore refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    "backup.file_exists": _("「%(file)s」已存在，備份不會覆蓋任何檔案。請改用其他檔名。"),
    "backup.no_folder": _("要存放「%(file)s」的資料夾不存在。請先建立資料夾，再重新備份。"),
    "backup.no_tables": _("資料庫尚未建立，沒有可備份的資料。請確認 DATABASE_URL 的設定。"),
    "backup.source_damaged": _(
        "資料庫檔案檢查不通過，未產生備份檔。請停止服務，並以最近一份備份執行 backoffice restore 還原。"
    ),
    "backup.program_missing": _(
        "找不到 %(program)s，或其版本低於 PostgreSQL %(release)s。請安裝 PostgreSQL %(release)s 的用戶端程式（Debian：apt-get install postgresql-client-%(release)s；RHEL：dnf install postgresql%(release)s），或以 BACKOFFICE_POSTGRES_PROGRAMS 指定其資料夾。"
    ),
    "backup.program_failed": _(
        "%(program)s 執行失敗，資料庫沒有變動：%(reason)s。請依訊息排除後再試一次。"
    ),
    "backup.not_recorded": _(
        "備份檔已完成，但無法在資料庫登錄這次備份。請檢查磁碟空間與資料庫是否唯讀。"
    ),
    "backup.no_file": _("找不到「%(file)s」。請確認路徑後再試一次。"),
    "backup.not_a_backup": _("「%(file)s」不是本系統的備份檔。請確認檔案後再試一次。"),
    "backup.damaged": _(
        "「%(file)s」的內容與其雜湊不符，可能已損壞或遭更動，因此不還原。請改用其他備份檔。"
    ),
    "restore.payload_damaged": _(
        "備份檔內的資料庫檢查不通過，因此不還原；現有資料庫沒有變動。請改用其他備份檔。"
    ),
    "restore.other_engine": _(
        "備份檔來自 %(file)s，目前設定的資料庫是 %(here)s，兩者不能互相還原。請修改 DATABASE_URL，或改用其他備份檔。"
    ),
    "restore.newer": _(
        "備份檔由較新的版本 %(version)s（結構版次 %(revision)s）製作，目前的程式無法使用。請先升級程式，再還原。"
    ),
    "restore.not_empty": _(
        "目前的資料庫已有資料，因此不還原。若確定要取代，請加上 --replace；原資料庫會改名保留，不會刪除。"
    ),
    "restore.differs": _(
        "還原後的「%(part)s」是 %(found)s，備份檔記載為 %(expected)s，因此不採用；現有資料庫沒有變動。請改用其他備份檔。"
    ),
    "restore.broken": _(
        "還原後的資料不符合恆常規則（%(invariants)s），因此不採用；現有資料庫沒有變動。請改用其他備份檔，並洽系統維護人員。"
    ),
    "restore.in_use": _(
        "仍有其他程式開啟目前的資料庫，因此沒有變動。請先停止網頁服務、背景程式與連線池，再重新還原。"
    ),
    "restore.no_right": _(
        "資料庫帳號沒有建立資料庫的權限，無法還原。請由資料庫管理者授予（ALTER ROLE … CREATEDB），還原後可收回。"
    ),
}
