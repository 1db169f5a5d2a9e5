"""The register of employments, mandates and agencies by which reviewers are barred (迴避 R3)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from backoffice.access import Permission
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date, parse_ubn
from backoffice.people.models import Account, AccountState, Employment
from backoffice.people.rules.accounts import FIRM_NAME_MAX, employment_period, required_name
from backoffice.use_case import Act, use_case


@use_case("people.add_employment", requires=Permission.PEOPLE_MANAGE)
def add_employment(
    act: Act, account_id: int, ubn: str, firm_name: str, began_on: date, *, ended_on: date | None
) -> int:
    """Enter a person's (or spouse's) employment, mandate or agency with a firm.

    Refuses "ubn.invalid", "people.name_missing", "people.employment_future", "…_backwards",
    "…_twice" (the same firm at the same time), "people.is_closed".
    """
    account = act.session.get_one(Account, account_id, with_for_update=True)
    if account.state is AccountState.CLOSED:
        raise Refused("people.is_closed", name=account.name)
    number = parse_ubn(ubn)
    employment_period(began_on, ended_on, local_date(act.now))
    _refuse_overlap(act, account_id, number, began_on, ended_on)
    employment = Employment(
        account_id=account_id,
        ubn=number,
        firm_name=required_name(firm_name, most=FIRM_NAME_MAX),
        began_on=began_on,
        ended_on=ended_on,
    )
    act.session.add(employment)
    act.session.flush()
    return employment.id


@use_case("people.end_employment", requires=Permission.PEOPLE_MANAGE)
def end_employment(act: Act, employment_id: int, version: int, ended_on: date) -> None:
    """Enter the last day of an employment; the look-back of three years counts from it.

    Refuses "people.employment_ended", "people.employment_backwards".
    """
    employment = act.session.get_one(Employment, employment_id, with_for_update=True)
    if employment.version != version:
        raise Stale
    if employment.ended_on is not None:
        raise Refused("people.employment_ended", day=employment.ended_on)
    employment_period(employment.began_on, ended_on, local_date(act.now))
    employment.ended_on = ended_on


def _refuse_overlap(
    act: Act, account_id: int, ubn: str, began_on: date, ended_on: date | None
) -> None:
    same = select(Employment.id).where(
        Employment.account_id == account_id,
        Employment.ubn == ubn,
        or_(Employment.ended_on.is_(None), Employment.ended_on >= began_on),
    )
    if ended_on is not None:
        same = same.where(Employment.began_on <= ended_on)
    if act.session.execute(same.limit(1)).first():
        raise Refused("people.employment_twice", ubn=ubn)
