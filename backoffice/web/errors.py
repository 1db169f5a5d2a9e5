"""The pages that say no: what happened, a number to quote, and nothing about the inside."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, Response, make_response, render_template
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from backoffice.kernel.refusal import Refused, Stale
from backoffice.web.refusals import tell

log = structlog.get_logger("backoffice")


def register(app: Flask) -> None:
    """One handler per kind of no."""
    app.register_error_handler(NoResultFound, _not_found)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _page(status: int, title: str, text: str, reference: str | None = None) -> Response:
    body = render_template("errors/error.html", title=title, text=text, reference=reference)
    return make_response(body, status)


def _not_found(_error: Exception) -> Response:
    return _page(404, gettext("找不到這一頁"), gettext("網址可能有誤，或這筆資料不在您的權限內。"))


def _expired(_error: Exception) -> Response:
    return _page(
        400,
        gettext("頁面已逾時"),
        gettext("為了安全，表單過一段時間即失效。請回上一頁重新整理，再送出一次。"),
    )


def _refused(error: Refused) -> Response:
    status = 409 if isinstance(error, Stale) else 403 if error.code == "access.denied" else 422
    return _page(status, gettext("這件事現在不能辦"), tell(error))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 403:
        return _page(403, gettext("沒有權限"), gettext("您的角色不能開啟這一頁。"))
    if status == 404:
        return _not_found(error)
    if status == 405:
        return _page(405, gettext("不能這樣開啟"), gettext("請由頁面上的按鈕辦理。"))
    if status == 413:
        return _page(413, gettext("檔案太大"), gettext("上傳的檔案超過上限 32 MB。請縮小後再試。"))
    return _page(status, gettext("無法處理這個要求"), gettext("請回上一頁再試一次。"))


def _broken(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("failed", reference=reference, exc_info=error)
    return _page(
        500,
        gettext("系統發生錯誤"),
        gettext("這不是您的操作造成的，資料沒有變動。請稍後再試，或將下列編號告知系統管理者。"),
        reference,
    )
