"""Every refusal of sheets is provoked over a page, is worded, and leaves what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access import SYSTEM, Actor, Role
from backoffice.disbursement.operations.sheets import void_sheet
from backoffice.disbursement.rules.sheets import LINES_MAX
from backoffice.kernel.money import Ntd
from backoffice.messages import sheets as words
from backoffice.people.operations import change_role
from backoffice.use_case import REGISTER, Office
from tests import given
from tests.given import disbursement as world
from tests.given import paydesk, people
from tests.given import sheets as desk
from tests.given.web import filled_in, page, signed_in, soup_of, submit, words_of

DESK = "/disbursement/sheets"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and what was typed, which must still stand in it."""

    response: TestResponse
    typed: tuple[str, ...] = ()


def url(sheet_id: int, step: str) -> str:
    return f"{DESK}/{sheet_id}/{step}"


class Held:
    """A page that somebody has open while the world goes on."""

    def __init__(self, client: FlaskClient, address: str, form: str = "form[method=post]") -> None:
        found = page(client, address).select_one(f"main {form}")
        assert found is not None, f"no form on {address}"
        self.client, self.address, self.sent = client, address, filled_in(found)

    def send(self, **fields: Any) -> TestResponse:
        """Send the form now, as it was then."""
        return self.client.post(self.address, data={**self.sent, **fields})


def with_token(client: FlaskClient, address: str, version: int) -> TestResponse:
    """Send a form whose page shows no button."""
    field = page(client, DESK).select_one("input[name=csrf_token]")
    assert field is not None
    return client.post(address, data={"csrf_token": field["value"], "version": version})


def make_form(app: Flask) -> Held:
    return Held(signed_in(app, given.ACCOUNTING), DESK, "form#group-1")


def empty(app: Flask, office: Office) -> Said:
    desk.verified_tranches(office, 3_000_000)
    return Said(make_form(app).send(purpose="第1期款"), ("第1期款",))


def too_long(app: Flask, office: Office) -> Said:
    desk.verified_tranches(office, 3_000_000)
    many = [str(number) for number in range(1, LINES_MAX + 2)]
    return Said(make_form(app).send(tranche=many, purpose="第1期款"), ("第1期款",))


def mixed(app: Flask, office: Office) -> Said:
    first = desk.a_verified_tranche(office, 0)
    second = desk.a_verified_tranche(office, 1, scheme="S03")
    sent = make_form(app).send(tranche=[str(first), str(second)], purpose="兩案")
    return Said(sent, ("兩案", f'value="{first}" data-check'))


def taken(app: Flask, office: Office) -> Said:
    first, second = desk.verified_tranches(office, 3_000_000, 3_000_000)
    held = make_form(app)
    desk.make(office, [first])
    return Said(held.send(tranche=[str(first), str(second)], purpose="第1期款"), ("第1期款",))


def blocked(app: Flask, office: Office) -> Said:
    first, _second = picked = desk.verified_tranches(office, 3_000_000, 3_000_000)
    held = make_form(app)
    case_id = desk.tranche_row(office, first).case_id
    office.perform(desk.rename_firm, SYSTEM, case_id, "宏聯精密工業有限公司")
    sent = held.send(tranche=[str(each) for each in picked], purpose="第1期款")
    return Said(sent, ("第1期款",))


def broken(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    held = Held(signed_in(app, given.ACCOUNTING_2), url(sheet_id, "check"))
    case_id = desk.line_rows(office, sheet_id)[0].case_id
    office.perform(desk.rename_firm, SYSTEM, case_id, "宏聯精密工業有限公司")
    return Said(held.send())


def gone(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    held = Held(signed_in(app, given.ACCOUNTING_2), url(sheet_id, "check"))
    office.perform(desk.cancel_tranche, SYSTEM, desk.line_rows(office, sheet_id)[0].tranche_id)
    return Said(held.send())


def same_person(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    client = signed_in(app, given.ACCOUNTING)
    return Said(with_token(client, url(sheet_id, "check"), 1))


def turned(office: Office, person: Actor, role: Role) -> Actor:
    """The same person with another role."""
    version = people.version_of(office, person)
    office.perform(change_role, given.ADMIN, person.id, version, role, None, "職務調整")
    return replace(person, role=role)


def signed_before(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_checked_sheet(office)
    client = signed_in(app, turned(office, given.ACCOUNTING_2, Role.MANAGER))
    version = desk.sheet_row(office, sheet_id).version
    return Said(with_token(client, url(sheet_id, "approve"), version))


def scored(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    held = Held(signed_in(app, given.ACCOUNTING_2), url(sheet_id, "check"))
    case_id = desk.line_rows(office, sheet_id)[0].case_id
    office.perform(desk.put_score, SYSTEM, case_id, given.ACCOUNTING_2)
    return Said(held.send())


def unseen(app: Flask, office: Office) -> Said:
    desk.make(office, [desk.a_changed_account(office)])
    return Said(submit(signed_in(app, given.ACCOUNTING_2), url(1, "check")))


def settling(app: Flask, office: Office, **fields: str) -> TestResponse:
    sheet_id = desk.a_sent_sheet(office)
    sent = {f"lines-0-{name}": value for name, value in fields.items()}
    return submit(signed_in(app, given.CASHIER), url(sheet_id, "settle"), **sent)


def nothing(app: Flask, office: Office) -> Said:
    return Said(settling(app, office, note="尚未查得"), ("尚未查得",))


def early(app: Flask, office: Office) -> Said:
    return Said(settling(app, office, result="PAY", on="112/11/19"), ("112/11/19",))


def future(app: Flask, office: Office) -> Said:
    return Said(settling(app, office, result="PAY", on="112/11/21"), ("112/11/21",))


def undated(app: Flask, office: Office) -> Said:
    return Said(settling(app, office, result="PAY", on="", note="電話告知"), ("電話告知",))


def unreasoned(app: Flask, office: Office) -> Said:
    return Said(settling(app, office, result="RETURN", note="電話告知"), ("電話告知",))


def unexplained(app: Flask, office: Office) -> Said:
    said = settling(app, office, result="RETURN", reason="OTHER")
    return Said(said, ('selected value="OTHER"',))


def not_waiting(app: Flask, office: Office) -> Said:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    client = signed_in(app, given.OFFICER)
    held = Held(client, f"/disbursement/tranches/{tranche_id}/account")
    desk.make(office, [tranche_id])
    # The tranche's version went up with the making; a page of the new version is refused too.
    version = desk.tranche_row(office, tranche_id).version
    sent = held.send(
        version=str(version),
        bank_code="004",
        branch_code="0037",
        account_number="998877",
        passbook=(desk.pdf_stream(), "存摺.pdf"),
    )
    return Said(sent, ("998877",))


def at_line(office: Office, client: FlaskClient, sheet_id: int, deed: str, **typed: str) -> Said:
    """Send a form of the first line whose page may show no button."""
    line = desk.line_rows(office, sheet_id)[0]
    token = page(client, DESK).select_one("input[name=csrf_token]")
    assert token is not None
    facts = {"csrf_token": token["value"], "version": paydesk.version_of(office, sheet_id)}
    sent = client.post(url(sheet_id, f"lines/{line.id}/{deed}"), data={**facts, **typed})
    return Said(sent, tuple(typed.values()))


def changed_by_you(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999)
    paydesk.exclude(office, sheet_id, who=given.ACCOUNTING_2)
    client = signed_in(app, given.ACCOUNTING_2)
    version = paydesk.version_of(office, sheet_id)
    return Said(with_token(client, url(sheet_id, "check"), version))


def last_line(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    client = signed_in(app, given.ACCOUNTING)
    return at_line(office, client, sheet_id, "exclude", reason="帳號誤植")


def not_being_checked(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_checked_sheet(office)
    client = signed_in(app, given.ACCOUNTING_2)
    return at_line(office, client, sheet_id, "query", note="領據日期有誤")


def line_queried(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    paydesk.ask(office, sheet_id)
    return Said(submit(signed_in(app, given.ACCOUNTING_2), url(sheet_id, "check")))


def queried_already(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    paydesk.ask(office, sheet_id)
    client = signed_in(app, given.ACCOUNTING_2)
    return at_line(office, client, sheet_id, "query", note="再問一次")


def no_query(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    client = signed_in(app, given.ACCOUNTING)
    return at_line(office, client, sheet_id, "answer", note="已查明")


def own_query(app: Flask, office: Office) -> Said:
    sheet_id = desk.a_made_sheet(office)
    paydesk.ask(office, sheet_id)
    client = signed_in(app, given.ACCOUNTING_2)
    return at_line(office, client, sheet_id, "answer", note="自問自答")


def unfit(app: Flask, office: Office, number: str) -> Said:
    chosen = replace(desk.firm(0), number=number)
    case_id = world.a_verified_claim(office, chosen)
    sheet_id = desk.make(office, [world.tranches(office, case_id)[0].id])
    return Said(submit(signed_in(app, given.ACCOUNTING_2), url(sheet_id, "check")))


def unfit_for_its_length(app: Flask, office: Office) -> Said:
    return unfit(app, office, "S01-112-00000000000001")


def unfit_for_a_character(app: Flask, office: Office) -> Said:
    return unfit(app, office, "S01-112-𠮷")


PROVOKED: dict[str, Callable[[Flask, Office], Said]] = {
    "sheet.empty": empty,
    "sheet.too_long": too_long,
    "sheet.mixed": mixed,
    "sheet.tranche_taken": taken,
    "sheet.line_blocked": blocked,
    "sheet.line_broken": broken,
    "sheet.tranche_gone": gone,
    "sheet.same_person": same_person,
    "sheet.signed_before": signed_before,
    "sheet.scored": scored,
    "sheet.account_unseen": unseen,
    "sheet.nothing_settled": nothing,
    "sheet.value_early": early,
    "sheet.value_future": future,
    "sheet.day_missing": undated,
    "sheet.reason_missing": unreasoned,
    "sheet.note_missing": unexplained,
    "sheet.not_waiting": not_waiting,
    "sheet.changed_by_you": changed_by_you,
    "sheet.last_line": last_line,
    "sheet.not_being_checked": not_being_checked,
    "sheet.line_queried": line_queried,
    "sheet.queried_already": queried_already,
    "sheet.no_query": no_query,
    "sheet.own_query": own_query,
    "bank.line_unfit": unfit_for_its_length,
    "bank.too_long": unfit_for_its_length,
    "bank.not_big5": unfit_for_a_character,
}


def test_every_refusal_of_the_room_is_provoked_here() -> None:
    assert PROVOKED.keys() == words.SENTENCES.keys()


@pytest.mark.parametrize(
    "code",
    [
        # A tranche cancelled alone: its case would be annulled with it.
        pytest.param(code, marks=[pytest.mark.broken] if code == "sheet.tranche_gone" else [])
        for code in PROVOKED
    ],
)
def test_a_refusal_is_a_sentence_and_what_was_typed_stays(
    app: Flask, office: Office, code: str
) -> None:
    said = PROVOKED[code](app, office)

    assert said.response.status_code == 422
    told = words_of(said.response)
    for part in re.split(r"%\(\w+\)s", str(words.SENTENCES[code])):
        assert part.strip() in told
    for typed in said.typed:
        assert typed in said.response.text
    assert soup_of(said.response).select_one("main [role=alert]") is not None


def test_a_short_allotment_is_told_on_the_page(app: Flask, office: Office) -> None:
    sheet_id = desk.a_checked_sheet(office)
    desk.an_allotment(office, Ntd(1_499_999))

    told = submit(signed_in(app, given.MANAGER), url(sheet_id, "approve"))

    assert told.status_code == 422
    assert "本期分配數只剩 1,499,999 元，不足支應 1,500,000 元。" in words_of(told)


def test_an_older_page_is_told_so_and_keeps_the_reason(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    held = Held(signed_in(app, given.ACCOUNTING), url(sheet_id, "void"))
    desk.check(office, sheet_id)

    told = held.send(reason="第 1 列帳號誤植")

    assert told.status_code == 409
    assert "第 1 列帳號誤植" in told.text
    assert filled_in(soup_of(told).select("main form")[0])["version"] == ["2"]


def test_a_step_taken_by_somebody_else_meanwhile_is_told(app: Flask, office: Office) -> None:
    sheet_id = desk.an_approved_sheet(office)
    held = Held(signed_in(app, given.CASHIER), url(sheet_id, "send"))
    version = desk.sheet_row(office, sheet_id).version
    office.perform(void_sheet, given.ACCOUNTING, sheet_id, version, "帳號誤植")

    assert held.send().status_code == 409


def test_a_passbook_page_is_asked_for_and_the_digits_stay(app: Flask, office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)

    told = submit(
        signed_in(app, given.OFFICER),
        f"/disbursement/tranches/{tranche_id}/account",
        bank_code="004",
        branch_code="0037",
        account_number="998877",
    )

    assert told.status_code == 422
    assert "須附存摺封面" in words_of(told)
    assert "998877" in told.text


def test_a_day_that_cannot_be_read_stays_as_typed(app: Flask, office: Office) -> None:
    told = settling(app, office, result="PAY", on="十一月二十日")

    assert told.status_code == 422
    assert "「十一月二十日」不是日期。" in words_of(told)
    assert 'value="十一月二十日"' in told.text


def test_every_act_of_sheets_has_its_words() -> None:
    named = {name for name in REGISTER if name.startswith("sheet.")}

    assert named <= words.ACTS.keys()
    assert "claim.correct_account" in words.ACTS
