"""Workbooks brought in: previewed, confirmed, given up; what goes in, and what never does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.audit import AuditEntry
from backoffice.cases import models
from backoffice.cases.models import Case, EligibilityFinding, Import, ImportState, Turn, WaitingFor
from backoffice.cases.operations.imports import (
    JudgedWorkbook,
    accept_eligible,
    bring_in,
    confirm_import,
    discard_import,
    judged,
    preview_workbook,
    read_upload,
)
from backoffice.cases.queries.imports import known_of
from backoffice.cases.rules import NOTHING_KNOWN, Outcome, evaluate
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.documents import Document, Upload
from backoffice.invariants import violations
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.scheme import registry
from backoffice.use_case import Office
from tests import given
from tests.cases import books, workbook
from tests.cases.workbook import Row, checkpoint, line, members, piece
from tests.given import review
from tests.given.cases import (
    Change,
    a_case_in_review,
    a_submitted_case,
    an_imported_case,
    as_workbook,
    case_id_of,
    import_cases,
    ubn_of,
)

FIRST, SECOND = "S01-112-000001", "S01-112-000002"


def judge(office: Office, content: bytes, name: str = "進件.xlsx") -> JudgedWorkbook:
    with Session(office.engine) as session:
        return judged(session, read_upload(Upload(name, content)))


def preview(office: Office, *cases: workbook.Case) -> int:
    return office.perform(preview_workbook, given.OFFICER, judge(office, as_workbook(cases)))


def confirm(office: Office, import_id: int, *cases: workbook.Case) -> int:
    version = import_row(office, import_id).version
    workbook_now = judge(office, as_workbook(cases))
    return office.perform(confirm_import, given.OFFICER, import_id, version, workbook_now)


def import_row(office: Office, import_id: int) -> Import:
    with Session(office.engine) as session:
        return session.get_one(Import, import_id)


def submitted(office: Office, number: str = FIRST, **changes: Change) -> workbook.Case:
    return a_submitted_case(office.clock.now(), number=number, **changes)


def count(office: Office, model: Any) -> int:
    with Session(office.engine) as session:
        return len(session.execute(select(model.id)).all())


def codes_of(office: Office, number: str) -> list[str]:
    with Session(office.engine) as session:
        found = session.execute(
            select(EligibilityFinding.code)
            .join(Case, Case.id == EligibilityFinding.case_id)
            .where(Case.number == number)
        )
        return sorted(found.scalars())


# --- what goes in ---


def test_the_sample_in_another_layout_and_under_other_numbers_comes_in_as_expected(
    office: Office,
) -> None:
    renamed = "N-{}".format
    content = books.shuffled(books.SAMPLE.read_bytes(), renamed)

    import_id = office.perform(preview_workbook, given.OFFICER, judge(office, content))
    version = import_row(office, import_id).version
    brought = office.perform(
        confirm_import, given.OFFICER, import_id, version, judge(office, content)
    )

    wanted = {
        renamed(number): told
        for number, told in books.expected()["cases"].items()
        if told["outcome"] != "rejected"
    }
    assert brought == len(wanted)
    assert books.told_by_the_books(office) == wanted
    with Session(office.engine) as session:
        assert not violations(session)


def test_a_preview_brings_nothing_in(office: Office) -> None:
    import_id = preview(office, submitted(office))

    assert count(office, Case) == 0
    assert import_row(office, import_id).state is ImportState.PREVIEWED


def test_a_case_is_queued_for_its_eligibility_and_waits_for_an_officer(office: Office) -> None:
    case_id = an_imported_case(office)

    with Session(office.engine) as session:
        case = session.get_one(Case, case_id)
    assert (case.state, case.turn) == (CaseState.QUALIFYING, Turn.OURS)
    assert (case.waiting_for, case.officer_id) == (WaitingFor.OFFICER, None)
    assert case.waiting_since == case.imported_at == office.clock.now()


def test_cases_stand_in_the_queue_in_the_order_of_their_receipt(office: Office) -> None:
    now = office.clock.now()
    later = a_submitted_case(now + timedelta(seconds=1), number=FIRST)
    earlier = a_submitted_case(now, number=SECOND)

    import_cases(office, [later, earlier])

    assert case_id_of(office, SECOND) < case_id_of(office, FIRST)


def test_everything_that_was_sent_is_kept(office: Office) -> None:
    an_imported_case(
        office,
        number="S02-1",
        scheme="S02",
        聯絡人="=cmd|' /C calc'!A1",
        計畫名稱="<b>升級</b>",
        經常僱用員工數="80.25",
        成員=members(10),
    )

    with Session(office.engine) as session:
        case = session.execute(select(Case)).scalar_one()
        assert case.contact_name == "=cmd|' /C calc'!A1"
        assert case.project_name == "<b>升級</b>"
        assert (case.headcount, case.variant) == ("80.25", "low_carbon")
        assert case.total_budget == Ntd(4_000_000)
        assert case.declarations["prc_investment"] is False
        lines = session.execute(select(models.BudgetLine).order_by(models.BudgetLine.id))
        assert [(each.position, each.category, each.subsidy) for each in lines.scalars()] == [
            (1, "C1", Ntd(500_000)),
            (2, "C2", Ntd(500_000)),
            (3, "C3", Ntd(1_000_000)),
        ]
        pieces = session.execute(select(models.Equipment).order_by(models.Equipment.id)).scalars()
        assert [(each.domestic, each.quantity) for each in pieces] == [(True, 1), (False, 2)]
    assert count(office, models.Member) == 10
    assert count(office, models.PlannedCheckpoint) == 2


@pytest.mark.parametrize(
    ("scheme", "model", "columns"),
    [
        ("S06", models.Trainee, {"name": "學員一", "employed": True}),
        ("S07", models.Loan, {"loan_class": "A1", "purpose": "週轉性", "condition": "2"}),
    ],
)
def test_the_rows_of_services_are_kept_too(
    office: Office, scheme: str, model: Any, columns: dict[str, Any]
) -> None:
    an_imported_case(office, scheme=scheme)

    with Session(office.engine) as session:
        row = session.execute(select(model)).scalar_one()
        assert {name: getattr(row, name) for name in columns} == columns


def test_a_fee_is_kept_with_its_instant(office: Office) -> None:
    fee: Row = {"繳費時間": "112/04/18 10:20:30", "金額": "31500", "收據號碼": "R1"}

    an_imported_case(office, scheme="S09", 繳費=[fee])

    with Session(office.engine) as session:
        paid = session.execute(select(models.FeePaid)).scalar_one()
        assert (paid.amount, paid.receipt_number) == (Ntd(31_500), "R1")
        assert paid.paid_at.isoformat() == "2023-04-18T02:20:30+00:00"


def test_the_longest_texts_that_a_row_may_hold_are_kept_whole(office: Office) -> None:
    long = "長" * 2_000
    pieces = [{**row, "用途規格": long} for row in (piece(600_000), piece(400_000, "進口"))]
    texts: Row = dict.fromkeys(("工作項目", "推動作法", "查核項目"), long)
    points = [checkpoint("2023-09-01", "100") | texts]

    an_imported_case(office, 設備=pieces, 查核點=points, 計畫名稱="名" * 400)

    with Session(office.engine) as session:
        assert set(session.execute(select(models.Equipment.use)).scalars()) == {long}
        assert session.execute(select(models.PlannedCheckpoint.method)).scalars().all() == [long]


def test_a_finding_stands_beside_its_case_with_its_facts(office: Office) -> None:
    an_imported_case(office, 經費=[
        line("消耗性器材及原材料費", 200_000, 199_999),
        line("全新設備之購置費", 600_000, 600_001),
        line("既有設備之改善費", 1_200_000, 1_200_000),
    ], 設備=[piece(1_200_001)])  # fmt: skip

    with Session(office.engine) as session:
        finding = session.execute(select(EligibilityFinding)).scalar_one()
        case = session.execute(select(Case)).scalar_one()
    assert (finding.code, finding.clause) == (
        "CATEGORY_OVER_CAP", "budget.categories[C2].cap_bp",
    )  # fmt: skip
    assert (finding.facts["value"], finding.facts["excess"]) == (1_200_001, 1)
    assert case.finding_count == 1


def test_every_case_has_one_entry_in_the_audit_with_what_came_in(office: Office) -> None:
    case_id = an_imported_case(office, 陸資投資="是")

    with Session(office.engine) as session:
        entry = session.execute(
            select(AuditEntry).where(AuditEntry.case_id == case_id)
        ).scalar_one()
        case = session.get_one(Case, case_id)
    changes = json.loads(entry.changes)
    assert (entry.act, entry.subject, entry.subject_id) == ("import.bring_in", "case", case_id)
    assert changes["content_sha256"] == [None, case.content_sha256]
    assert changes["findings"] == [None, ["PRC_INVESTMENT"]]
    assert changes["rows"][1]["budget_line"] == 3


# --- what does not ---


def test_a_case_goes_in_whole_or_not_at_all_and_never_stops_another(office: Office) -> None:
    broken = submitted(office, FIRST, 經費=[line("全新設備之購置費", 1, 1) | {"補助款": "一元"}])

    assert import_cases(office, [broken, submitted(office, SECOND)]) == 1

    with Session(office.engine) as session:
        assert session.execute(select(Case.number)).scalars().all() == [SECOND]
        in_with = session.execute(select(models.BudgetLine.case_id)).scalars().all()
    assert set(in_with) == {case_id_of(office, SECOND)}


def test_a_case_that_is_in_already_is_unchanged_however_it_is_laid_out(office: Office) -> None:
    import_cases(office, [submitted(office)])
    before = books.tables(office)
    content = books.shuffled(as_workbook([submitted(office)]), str)

    found = office.perform(bring_in, given.OFFICER, judge(office, content, "別名.xlsx"))

    assert [each.outcome for each in found.result.cases.values()] == [Outcome.UNCHANGED]
    assert books.tables(office) == before


def test_a_case_that_is_in_with_other_content_is_a_conflict_and_is_not_overwritten(
    office: Office,
) -> None:
    import_cases(office, [submitted(office)])
    before = books.tables(office)

    found = judge(office, as_workbook([submitted(office, 企業名稱="改名有限公司")]))
    office.perform(bring_in, given.OFFICER, found)

    assert found.result.cases[FIRST].errors == ("E_CONFLICT",)
    assert books.tables(office) == before


def test_child_rows_of_a_case_that_is_in_are_no_orphans(office: Office) -> None:
    import_cases(office, [submitted(office)])
    orphaned = submitted(office) | {"案件": []}

    found = judge(office, as_workbook([orphaned, submitted(office, SECOND)])).result

    assert found.problems == ()
    assert {notice.code for notice in found.notices} == {"rows_of_known_case"}


# --- what the office knows ---


def test_a_second_case_of_one_firm_is_found_even_in_another_workbook(office: Office) -> None:
    import_cases(office, [submitted(office, FIRST)])

    import_cases(office, [submitted(office, SECOND, 統一編號=ubn_of(FIRST))])

    assert codes_of(office, SECOND) == ["CASES_PER_FIRM"]


def test_a_case_with_findings_does_not_stand_in_the_way_of_another(office: Office) -> None:
    import_cases(office, [submitted(office, FIRST, 陸資投資="是")])

    import_cases(office, [submitted(office, SECOND, 統一編號=ubn_of(FIRST))])

    assert codes_of(office, SECOND) == []


def test_a_firm_that_holds_an_award_may_not_apply_nor_be_a_partner(office: Office) -> None:
    review.a_budget(office, 100_000_000)
    holder = review.a_scored_case(office)
    review.award_all(office, holder)
    ubn = review.case_row(office, holder).ubn
    partner: Row = {"企業名稱": "得獎有限公司", "統一編號": ubn, "工廠登記編號": "98009999"}
    partners = [*(each for each in members(11) if each["統一編號"] != ubn), partner]

    an_imported_case(office, number="S03-1", scheme="S03", 統一編號=ubn)
    an_imported_case(office, number="S02-1", scheme="S02", 成員=partners)

    assert codes_of(office, "S03-1") == ["DUPLICATE_SUBSIDY"]
    assert codes_of(office, "S02-1") == ["DUPLICATE_SUBSIDY"]


def test_what_is_known_is_only_of_the_firms_and_numbers_asked_for(office: Office) -> None:
    case_id = a_case_in_review(office, number=FIRST)
    an_imported_case(office, number=SECOND)

    with Session(office.engine) as session:
        known = known_of(session, [FIRST, "no such"], [ubn_of(FIRST), ubn_of("no such")])
        content = session.get_one(Case, case_id).content_sha256

    assert known.contents == {FIRST: content}
    assert known.live == {("S01", ubn_of(FIRST)): (FIRST,)}
    assert known.holders == {}


# --- the same again ---


def test_the_same_file_again_leaves_every_table_but_the_audit_as_it_was(office: Office) -> None:
    cases = submitted(office, FIRST), submitted(office, SECOND, 統一編號="12345678")
    confirm(office, preview(office, *cases), *cases)
    before = books.tables(office)

    again = preview(office, *cases)
    office.perform(bring_in, given.OFFICER_2, judge(office, as_workbook(cases)))

    assert import_row(office, again).state is ImportState.CONFIRMED
    assert books.tables(office) == before


def test_a_preview_of_the_same_bytes_is_the_same_preview(office: Office, clock: FixedClock) -> None:
    first = preview(office, submitted(office))
    before = books.tables(office)
    content = as_workbook([submitted(office)])
    clock.advance(minutes=5)

    again = office.perform(preview_workbook, given.OFFICER_2, judge(office, content))

    assert again == first
    assert books.tables(office) == before


def test_a_preview_that_waits_is_brought_up_to_date(office: Office) -> None:
    case = submitted(office)
    import_id = preview(office, case)
    import_cases(office, [submitted(office, 企業名稱="先到有限公司")])

    assert preview(office, case) == import_id

    found = import_row(office, import_id)
    assert found.summary["counts"]["rejected"] == 1
    assert found.reading == 2


def test_a_file_that_was_given_up_can_be_previewed_anew(office: Office) -> None:
    case = submitted(office)
    first = preview(office, case)
    office.perform(discard_import, given.OFFICER, first, import_row(office, first).version)

    second = preview(office, case)

    assert second != first
    assert confirm(office, second, case) == 1


def test_the_bytes_of_a_file_are_kept_and_can_be_read_again(office: Office) -> None:
    content = as_workbook([submitted(office)])
    import_id = preview(office, submitted(office))

    with Session(office.engine) as session:
        document = session.execute(select(Document)).scalar_one()
    found = import_row(office, import_id)
    assert (document.id, document.kind) == (found.document_id, "intake")
    assert document.sha256 == found.file_sha256 == judge(office, content).read.sha256


# --- two at once, too late, and not allowed ---


def test_a_confirmation_is_judged_by_what_is_known_then(office: Office) -> None:
    theirs = submitted(office, FIRST, 企業名稱="先到有限公司")
    mine = submitted(office, FIRST), submitted(office, SECOND)
    content = as_workbook(mine)
    import_id = preview(office, *mine)
    judged_before = judge(office, content)
    import_cases(office, [theirs])

    brought = office.perform(
        confirm_import,
        given.OFFICER,
        import_id,
        import_row(office, import_id).version,
        judged_before,
    )

    assert brought == 1
    found = import_row(office, import_id)
    assert (found.case_count, found.summary["reasons"]["rejected"]) == (1, [["E_CONFLICT", 1]])
    with Session(office.engine) as session:
        names = session.execute(select(Case.firm_name).where(Case.number == FIRST)).scalars().all()
    assert names == ["先到有限公司"]


def test_of_two_confirmations_the_second_finds_everything_in(office: Office) -> None:
    case = submitted(office)
    other = judge(office, books.shuffled(as_workbook([case]), str))
    mine = preview(office, case)
    theirs = office.perform(preview_workbook, given.OFFICER_2, other)
    confirm(office, mine, case)

    version = import_row(office, theirs).version
    brought = office.perform(confirm_import, given.OFFICER_2, theirs, version, other)

    assert (brought, count(office, Case)) == (0, 1)
    assert import_row(office, theirs).summary["counts"]["unchanged"] == 1


def test_a_preview_is_confirmed_or_given_up_once(office: Office) -> None:
    case = submitted(office)
    import_id = preview(office, case)
    confirm(office, import_id, case)
    version = import_row(office, import_id).version

    with pytest.raises(Refused) as again:
        confirm(office, import_id, case)
    with pytest.raises(Refused) as late:
        office.perform(discard_import, given.OFFICER, import_id, version)

    assert (again.value.code, late.value.code) == ("import.settled", "import.settled")
    assert again.value.facts["state"] is ImportState.CONFIRMED


def test_a_preview_that_somebody_changed_is_not_confirmed(office: Office) -> None:
    case = submitted(office)
    import_id = preview(office, case)
    version = import_row(office, import_id).version

    with pytest.raises(Stale):
        office.perform(
            confirm_import,
            given.OFFICER,
            import_id,
            version - 1,
            judge(office, as_workbook([case])),
        )

    assert count(office, Case) == 0


@pytest.mark.parametrize("person", [given.MANAGER, given.REVIEWER, given.AUDITOR, given.ADMIN])
def test_only_officers_bring_workbooks_in(office: Office, person: Any) -> None:
    found = judge(office, as_workbook([submitted(office)]))

    with pytest.raises(Refused) as refused:
        office.perform(bring_in, person, found)

    assert refused.value.code == "access.denied"


def test_a_file_without_a_sheet_of_cases_is_refused(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        judge(office, books.bytes_of({"別的": [["案件編號"], ["1"]]}))

    assert refused.value == Refused("intake.sheet_missing", sheet="案件")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_upload(Upload("空白.xlsx", b""))

    assert refused.value == Refused("workbook.missing")


def test_a_sheet_that_stands_twice_is_refused() -> None:
    cases = workbook.pages([workbook.case("S01")])["案件"]

    with pytest.raises(Refused) as refused:
        evaluate({"案件": cases, " 案件": cases}, registry, NOTHING_KNOWN)

    assert refused.value == Refused("intake.sheet_twice", sheet="案件")


def test_an_eligible_case_is_accepted_and_one_with_findings_is_left_alone(office: Office) -> None:
    eligible = an_imported_case(office, number=FIRST)
    found = an_imported_case(office, number=SECOND, 陸資投資="是")

    office.perform(accept_eligible, given.OFFICER, eligible)
    office.perform(accept_eligible, given.OFFICER, found)

    with Session(office.engine) as session:
        assert session.get_one(Case, eligible).state is CaseState.IN_REVIEW
        assert session.get_one(Case, found).state is CaseState.QUALIFYING
