"""The sentences of the board, the forecast and the letter: said once, so that they agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backoffice.access import Actor, Permission
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.sheets import Rung
from backoffice.messages import shown
from backoffice.reports.queries.board import COUNT_MAX, Waiting
from backoffice.reports.queries.budget import Moved
from backoffice.reports.queries.outlook import Known
from backoffice.reports.rules import Movement
from backoffice.reports.rules.board import Band, Row, Turning
from backoffice.reports.rules.forecast import DAYS, WEEKS_MIN
from backoffice.reports.rules.scarcity import scarcity
from backoffice.web.filters import ntd, ntd_unit, percent_bp, roc_slashes
from backoffice.web.language import gettext
from backoffice.web.navigation import address

STOPPED = COUNT_MAX + 1
NAMED = 2  # schemes whose end the third sentence names


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a sentence; `url` leads to what makes its number, "" of words without one."""

    text: str
    url: str = ""


Sentence = tuple[Words, ...]


def counted(count: int) -> str:
    """A count: 500+ for one that stopped at five hundred and one, as boards once kept them."""
    return f"{COUNT_MAX:,}+" if count == STOPPED else ntd(count)


def what_changed(moved: Mapping[Movement, Moved], turn: Turning) -> Sentence:
    """What was awarded and paid in the seven days that a board tells of."""
    if turn.is_live:
        opening = gettext("近 %(days)s 日核定 ", days=DAYS)
    else:
        first, last = roc_slashes(turn.since), roc_slashes(turn.until)
        opening = gettext("上週（%(first)s 至 %(last)s）核定 ", first=first, last=last)
    awarded, paid = (
        Words(
            gettext(
                "%(count)s 筆 %(amount)s",
                count=ntd(moved[movement].count),
                amount=ntd_unit(moved[movement].total),
            ),
            _movement_url(movement, turn),
        )
        for movement in (Movement.AWARDED, Movement.PAID)
    )
    return Words(opening), awarded, Words(gettext("，撥付 ")), paid, Words(gettext("。"))


def _movement_url(movement: Movement, turn: Turning) -> str:
    until = "" if turn.is_live else f"&until={turn.until.isoformat()}"
    here = address("reports.movements_since", kind=movement)
    return f"{here}?since={turn.since.isoformat()}{until}"


def what_waits(found: Waiting | None, actor: Actor) -> Sentence:
    """What waits for a decision; None where no board was kept."""
    if found is None:
        return (Words(gettext("當日未留存看板，等待決定的事項無從得知。")),)
    matters = _matters(found, actor)
    if not matters:
        return (Words(gettext("目前沒有等待決定的事項。")),)
    said = [Words(gettext("等待決定："))]
    for matter in matters:
        said += [matter, Words(gettext("、"))]
    return (*said[:-1], Words(gettext("。")))


def _matters(found: Waiting, actor: Actor) -> list[Words]:
    matters = []
    if found.sheets:
        words = gettext(
            "撥款清冊 %(count)s 件待核准，計 %(amount)s",
            count=ntd(found.sheets),
            amount=ntd_unit(found.sheets_total),
        )
        matters.append(Words(words, _sheets_url(actor, Rung.APPROVE)))
    if found.scored:
        words = gettext("評分完成 %(count)s 案待決審", count=counted(found.scored))
        matters.append(Words(words, queue_url(actor, state=CaseState.SCORED)))
    if found.in_line:
        words = gettext("候補 %(count)s 案可動用餘額遞補", count=counted(found.in_line))
        may_look = actor.may(Permission.SCORES_READ)
        matters.append(Words(words, address("review.waiting_list") if may_look else ""))
    if found.returned:
        words = gettext("退匯 %(count)s 筆待重撥", count=counted(found.returned))
        matters.append(Words(words, _sheets_url(actor, Rung.MAKE)))
    return matters


def _sheets_url(actor: Actor, rung: Rung) -> str:
    if not actor.may(Permission.SHEET_READ):
        return ""
    return address("disbursement.sheets", step=rung.value)


def queue_url(actor: Actor, **wanted: Any) -> str:
    """The queue's list of these cases, "" for who may not read it."""
    if not actor.may(Permission.CASE_READ):
        return ""
    return address("cases.queue", pile="all", **wanted)


def what_runs_out(rows: Sequence[Row], forecast_on: date | None) -> Sentence:
    """Which money or places end first, and when; the first two are named."""
    if forecast_on is None:
        return (Words(gettext("尚無預測；系統每日製作一次。")),)
    limited = [row for row in rows if row.is_limited]
    gone = [row for row in limited if row.is_gone]
    ending = sorted(
        (row for row in limited if row.band.middle_on is not None and not row.is_gone),
        key=lambda row: (row.band.middle_on or date.max, row.scheme),
    )
    said = [part for row in ending[:NAMED] for part in _ending(row, forecast_on)]
    if len(ending) > NAMED:
        said.append(Words(gettext("另有 %(count)s 個方案，見下表；", count=len(ending) - NAMED)))
    if gone:
        names = gettext("、").join(row.scheme for row in gone)
        said.append(Words(gettext("已用罄或額滿：%(names)s；", names=names)))
    if not said:
        said.append(Words(gettext("沒有方案預計在期限前用罄；")))
    early = sum(row.band.is_early for row in limited if not row.is_gone)
    if early:
        said.append(Words(gettext("%(count)s 個方案資料不足 6 週，尚不能預測；", count=early)))
    return (*said[:-1], Words(said[-1].text.rstrip("；; ") + gettext("。"), said[-1].url))


def _ending(row: Row, on: date) -> list[Words]:
    band = row.band
    return [
        Words(gettext("%(scheme)s 約在 ", scheme=row.scheme)),
        Words(likeliest(band), forecast_url(row.scheme, on)),
        Words(gettext("用罄（%(band)s）", band=chances(band))),
        Words(
            gettext("，先到的是%(what)s；", what=shown(band.binds)) if band.binds else gettext("；")
        ),
    ]


def likeliest(band: Band) -> str:
    """The likeliest week, by its first day; the end where it comes later."""
    if band.middle_on is None:
        return gettext("%(day)s 之後", day=shown(band.ends_on))
    return gettext("%(day)s 那一週", day=shown(band.middle_on))


def chances(band: Band) -> str:
    """The band in words: nine chances in ten between two days, or from one on."""
    if band.low_on is None:
        share = percent_bp(band.lasts_bp)
        return gettext("%(share)s 的機會用到 %(day)s", share=share, day=roc_slashes(band.ends_on))
    low = roc_slashes(band.low_on)
    if band.high_on is None:
        return gettext(
            "最早 %(low)s；%(share)s 的機會用到 %(day)s",
            low=low,
            share=percent_bp(band.lasts_bp),
            day=roc_slashes(band.ends_on),
        )
    return gettext("九成機會在 %(low)s 至 %(high)s", low=low, high=roc_slashes(band.high_on))


def outlook(row: Row) -> tuple[str, str]:
    """The forecast of a row of the board: a word, and its band beneath; the latter may be ""."""
    band = row.band
    if not row.is_limited:
        return gettext("不適用"), ""
    if row.is_gone:
        return gettext("已用罄") if row.has_money else gettext("已額滿"), ""
    if band.lasts_bp is None:
        return gettext("資料不足 6 週") if band.is_early else "–", ""
    if band.middle_on is None:
        return gettext("期限前不會"), chances(band)
    return gettext("%(day)s 那週", day=roc_slashes(band.middle_on)), chances(band)


def forecast_url(scheme: str, on: date) -> str:
    """The page of a scheme's forecast as at the end of a day."""
    return f"{address('reports.forecast', scheme=scheme)}?as_of={on.isoformat()}"


def early_words(weeks_seen: int) -> str:
    """Why no forecast is made."""
    return gettext(
        "太早：核定資料滿 %(least)s 週才能預測，目前 %(weeks)s 週。",
        least=WEEKS_MIN,
        weeks=weeks_seen,
    )


def held_words(held: int, tested: int) -> str:
    """How often the band has held on the scheme's own past."""
    if not tested:
        return gettext("這個區間還沒有可以回測的週次。")
    return gettext(
        "以本方案過去各週回測，這個區間有 %(share)s 的次數涵蓋實際結果（n = %(tested)s）。",
        share=percent_bp(held * 10_000 // tested),
        tested=ntd(tested),
    )


def ending(facts: Known, band: Band) -> str:
    """When it ends, in one sentence; or why that cannot be said."""
    if facts.standings is None and not facts.left.is_gone:
        return (
            early_words(len(facts.weeks))
            if facts.left.money is not None or facts.left.seats is not None
            else gettext("這個方案沒有預算帳，也沒有名額帳，無可預測。")
        )
    if facts.left.is_gone:
        return gettext("已經用罄或額滿；如有釋出，才會再有餘額。")
    if band.lasts_bp is None:
        return early_words(len(facts.weeks))
    if band.middle_on is None:
        return gettext(
            "預計到 %(end)s 不會用罄：%(chances)s。",
            end=shown(band.ends_on),
            chances=chances(band),
        )
    return gettext(
        "約在%(week)s用罄（%(chances)s），先到的是%(what)s。",
        week=likeliest(band),
        chances=chances(band),
        what=shown(band.binds) if band.binds else gettext("期限"),
    )


def reaching(facts: Known) -> str:
    """Which binds first, for how many more cases; "" where nothing was committed yet."""
    if facts.standings is None or not any(facts.weeks.committed):
        return ""
    price = -(-facts.standings[1].average // 1)
    found = scarcity(facts.left, int(price))
    match found.by_money, found.by_seats:
        case None, seats:
            return gettext("名額尚餘 %(seats)s 名；本方案的費用不受預算限制。", seats=ntd(seats))
        case money, None:
            return gettext(
                "經費以平均每案 %(price)s 計，尚可供 %(count)s 案；本方案不限名額。",
                price=ntd_unit(int(price)),
                count=ntd(money),
            )
        case money, seats:
            return gettext(
                "名額尚餘 %(seats)s 名，經費以平均每案 %(price)s 計尚可供 %(count)s 案："
                "先到的是%(what)s。",
                seats=ntd(seats),
                price=ntd_unit(int(price)),
                count=ntd(money),
                what=shown(found.binds),
            )
