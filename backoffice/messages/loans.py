"""Sentences and words of loans and their interest subsidy."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: dict[str, LazyString] = {
    # registering
    "loan.not_for_scheme": _("本方案不是專案貸款，沒有利息補貼可辦理。請改選專案貸款的方案。"),
    "loan.class_unknown": _("「%(loan_class)s」不是本方案的貸款類別。請改選方案所列的類別。"),
    "loan.nothing_lent": _("貸款金額合計為 0 元。請依承貸銀行核貸通知填寫資本性或週轉性金額。"),
    "loan.over_limit": _(
        "貸款金額 %(amount)s 元，超過本類上限 %(limit)s 元。請核對核貸通知；超過部分不予登記。"
    ),
    "loan.working_over": _(
        "週轉性支出 %(amount)s 元，超過上限 %(limit)s 元。請核對核貸通知及用途。"
    ),
    "loan.plan_cost_missing": _("資本性支出以計畫經費的一定比例為上限，請填寫計畫經費。"),
    "loan.over_share": _(
        "資本性支出 %(amount)s 元，超過計畫經費 %(plan_cost)s 元的 %(percent)s%%（%(limit)s 元）。"
        "請核對計畫經費及核貸金額。"
    ),
    "loan.bank_code": _("承貸銀行代碼「%(text)s」不是三位數字。請填寫金融機構總代碼，例如 004。"),
    "loan.guarantee_low": _(
        "保證成數 %(percent)s%% 不在規定範圍；本筆貸款的保證成數至少 %(least)s%%，至多 100%%。"
        "請核對信保基金保證通知。"
    ),
    "loan.drawn_future": _("撥貸日 %(day)s 晚於今天。請於撥貸後再登記。"),
    "loan.nothing_drawn": _("首次撥貸金額須大於 0 元。請依撥貸通知填寫。"),
    "loan.drawn_over": _("撥貸合計 %(drawn)s 元，超過貸款金額 %(amount)s 元。請核對撥貸通知。"),
    "loan.second": _(
        "本企業已於案件 %(case)s 登記貸款（類別 %(loan_class)s）。各類貸款僅能擇一申請，"
        "選定後不得變更，本案不能再登記。"
    ),
    "loan.registered": _("本案的貸款已登記。請至貸款頁面查看。"),
    "loan.not_accepted": _(
        "案件目前為「%(state)s」，不能登記貸款。請待資格審查通過並受理後再登記。"
    ),
    "loan.over": _("本筆貸款的利息補貼為「%(state)s」，不再異動。"),
    # movements
    "loan.notice_missing": _("尚未填寫銀行通知文號。撥貸及還本均以銀行通知為憑，請填寫。"),
    "loan.movement_zero": _("金額須大於 0 元。請依銀行通知填寫。"),
    "loan.movement_future": _("日期 %(day)s 晚於今天。請核對銀行通知。"),
    "loan.movement_early": _("日期 %(day)s 早於首次撥貸日 %(first)s。請核對銀行通知。"),
    "loan.movement_claimed": _(
        "撥貸日 %(day)s 在已受理的請款期間內（至 %(through)s），該期利息已依受理時的餘額核定。"
        "請與銀行核對撥貸日；尚未列入清冊者，請先撤銷該期的受理再登錄。"
    ),
    "loan.accepted_unpaid": _(
        "請款函「%(letter)s」%(from_on)s 至 %(through_on)s 的利息依還本前的餘額受理，尚未撥付。"
        "請先撤銷該期的受理，登錄還本後再由銀行依新餘額請款。"
    ),
    "loan.payment_awaited": _(
        "請款函「%(letter)s」%(from_on)s 至 %(through_on)s 的利息%(state)s，尚未完成撥付。"
        "請待銀行回覆並對帳後再登錄還本，屆時溢付者列入追繳；清冊尚未送出者，"
        "也可先移出清冊並撤銷受理。"
    ),
    "loan.repaid_over": _("還本 %(repaid)s 元，超過當日本金餘額 %(balance)s 元。請核對銀行通知。"),
    "loan.notice_withdrawn": _("這筆還本登錄已撤回過。請重新載入頁面，查看辦理結果。"),
    "loan.notice_no_demand": _(
        "這筆異動沒有列入追繳，不能撤回。登錯時請以相反的異動更正，並註明銀行更正通知的文號。"
    ),
    "loan.notice_demanded": _(
        "這筆還本所列的追繳已作成處分（%(letter)s），登錄不能撤回。請就該追繳處分辦理。"
    ),
    "loan.notice_not_last": _(
        "這筆還本之後另有登錄的撥貸或還本，不能撤回。請由最後登錄的一筆起，依序撤回。"
    ),
    "loan.notice_rested_on": _(
        "請款函「%(letter)s」%(from_on)s 至 %(through_on)s 的利息依這筆還本後的餘額受理，"
        "尚未撥付。請先撤銷該期的受理，或待撥付並對帳後再撤回。"
    ),
    # rates
    "rate.out_of_range": _("利率須大於 0%%，且不超過 20%%。請核對公告，例如 1.595。"),
    "rate.not_later": _(
        "生效日 %(since)s 須晚於現行最後一筆利率的生效日 %(last)s。利率依生效日順序登錄，不能追改。"
    ),
    "rate.days_claimed": _(
        "生效日 %(since)s 以後已有受理的請款（至 %(through)s）。已受理的利息不追改；"
        "請先撤銷尚未列入清冊的受理，再登錄利率。"
    ),
    "rate.unreadable": _("「%(text)s」不是年息百分比。請填寫例如 1.595，小數至多四位。"),
    # the bank's claim
    "bank_claim.empty": _("請款資料沒有任何一列。請上傳含資料列的檔案，或逐列輸入。"),
    "bank_claim.both": _("已同時選擇檔案並逐列輸入。請只用其中一種方式。"),
    "bank_claim.too_long": _("請款資料共 %(count)s 列，超過一次 %(limit)s 列的上限。請分批請款。"),
    "bank_claim.letter_taken": _(
        "請款函「%(number)s」已登錄過。請核對文號；重複的請款請退回銀行。"
    ),
    "bank_claim.columns_missing": _("檔案缺少欄位：%(columns)s。請依範例的欄位名稱補上後再上傳。"),
    "bank_claim.rows": _("下列各列不能受理，整份未登錄：%(rows)s。請更正後再送。"),
    "bank_claim.row": _("第 %(row)s 列：%(why)s"),
    "bank_claim.row_cell": _("「%(column)s」的內容「%(text)s」無法辨識"),
    "bank_claim.row_blank": _("「%(column)s」沒有填寫"),
    "bank_claim.row_unknown": _("案件 %(case)s 沒有登記貸款"),
    "bank_claim.row_other_bank": _("案件 %(case)s 的承貸銀行為 %(bank)s，不是請款的銀行"),
    "bank_claim.row_reversed": _("迄日 %(through_on)s 早於起日 %(from_on)s"),
    "bank_claim.row_future": _("迄日 %(through_on)s 晚於今天，利息尚未發生"),
    "bank_claim.row_zero": _("請領利息須大於 0 元"),
    "bank_claim.row_twice": _("案件 %(case)s 的期間與本份請款的另一列重疊"),
    # its lines
    "bank_line.decided": _("本列目前為「%(state)s」，不能受理。"),
    "bank_line.same_person": _(
        "請款須由登錄人以外的承辦人受理。本份請款由您登錄，請由另一位承辦人受理。"
    ),
    "bank_line.loan_over": _("本筆貸款的利息補貼已結束，不再受理請款。請退回銀行。"),
    "bank_line.overlaps": _(
        "本列期間與已受理的 %(from_on)s 至 %(through_on)s 重疊，同一日的利息不重複補貼。請退回銀行。"
    ),
    "bank_line.nothing_due": _("依本筆貸款的餘額與利率，本列期間沒有應補貼的利息。請退回銀行。"),
    "bank_line.nothing_left": _("本筆貸款核定的補貼上限已全數受理，沒有餘額可付。請退回銀行。"),
    "bank_line.recommit_first": _(
        "補貼利率已調整，本筆貸款的補貼上限尚未重算。請先至貸款頁面重算上限。"
    ),
    "bank_line.reason_missing": _(
        "銀行請領 %(claimed)s 元，將受理 %(payable)s 元，兩者或與試算不同。請填寫受理理由。"
    ),
    "bank_line.none_ready": _("本份請款沒有與試算相符、待受理的列。請看其他列。"),
    "bank_line.on_its_way": _(
        "本列的期款目前為「%(state)s」，不能撤銷受理。已在清冊者請先作廢清冊；已撥付者請辦理追繳。"
    ),
    # endings
    "loan.call_ground": _("尚未選擇違約事由。請依銀行通知選擇。"),
    "loan.call_early": _("違約日 %(day)s 早於首次撥貸日 %(first)s。請核對銀行通知。"),
    "loan.call_future": _("違約日 %(day)s 晚於今天。請核對銀行通知。"),
    "loan.not_over": _(
        "利息補貼期間至 %(ends_on)s 尚未屆滿，且貸款尚有本金餘額。請待期滿，或登錄全數還本後再辦理。"
    ),
    "loan.lines_open": _("本筆貸款尚有 %(count)s 列請款未處理。請先受理或退回。"),
    "loan.payments_under_way": _("本筆貸款尚有 %(count)s 期款項撥付中。請待對帳完成後再辦理。"),
}

STATES: dict[str, LazyString] = {
    "LoanState.RUNNING": _("補貼中"),
    "LoanState.ENDED": _("補貼結束"),
    "LoanState.CALLED": _("違約收回"),
    "LoanEvent.END": _("補貼結束"),
    "LoanEvent.CALL": _("違約收回"),
    "BankLineState.READY": _("相符"),
    "BankLineState.DIFFERS": _("不符"),
    "BankLineState.ACCEPTED": _("已受理"),
    "BankLineState.RETURNED": _("已退回"),
    "BankLineEvent.MATCH": _("重新試算相符"),
    "BankLineEvent.MISMATCH": _("重新試算不符"),
    "BankLineEvent.ACCEPT": _("受理"),
    "BankLineEvent.RETURN": _("退回"),
    "BankLineEvent.TAKE_BACK": _("撤銷受理"),
    "MovementKind.DRAW": _("撥貸"),
    "MovementKind.REPAY": _("還本"),
}

ACTS: dict[str, LazyString] = {
    "loan.register": _("登記貸款"),
    "loan.enter_movement": _("登錄撥貸或還本"),
    "loan.withdraw_notice": _("撤回還本登錄"),
    "loan.recommit": _("重算補貼上限"),
    "loan.recommit_behind": _("依新利率重算補貼上限"),
    "loan.end": _("結束利息補貼"),
    "loan.call": _("登錄違約收回"),
    "rate.enter": _("登錄補貼利率"),
    "bank_claim.enter": _("登錄銀行請款"),
    "bank_line.accept": _("受理銀行請款"),
    "bank_line.accept_ready": _("受理相符的銀行請款"),
    "bank_line.return": _("退回銀行請款"),
    "bank_line.take_back": _("撤銷銀行請款的受理"),
}
