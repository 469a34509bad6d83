"""Chinese names of the codes that diagrams, limits and letters use: one vocabulary for history, charts and letters."""

from __future__ import annotations

GROUPS = {"applicant": "申请人", "window": "窗口受理", "review": "审核", "finance": "财务", "leader": "单位负责人"}
DEADLINES = {
    "intake": "受理期限", "supplement": "补正期限", "filing": "申报期限", "handling": "办理时限",
    "target": "内部目标", "issue": "发函期限", "reply": "转出地回函期限", "checking": "回函审核期限",
    "sending": "转出办理期限", "urging": "催办期限", "refunding": "退回资金目标",
}  # fmt: skip
ALARMS = {"warning": "临期预警", "overdue": "逾期", "reopen": "经日历修订尚未届满，可恢复办理"}
OUTCOMES = {
    "approved": "办结", "refused": "审核不通过", "not_accepted": "不予受理", "declined": "不予转出",
    "lapsed": "逾期终止", "withdrawn": "撤回", "ended": "办理结束",
}  # fmt: skip
OBJECTIONS = {"open": "未处理", "upheld": "异议成立", "dismissed": "异议不成立"}
LETTERS = {
    "one_time_notice": "一次性告知书", "acceptance_notice": "受理通知书", "not_accepted_notice": "不予受理通知书",
    "refusal_notice": "审核不通过告知书", "lapsed_notice": "逾期未补正终止办理告知书",
    "filing_lapsed_notice": "逾期未备案告知书", "closing_notice": "办结通知书",
    "subsidy_notice": "个人缴费资助办结通知书",
    "payment_returned_notice": "退汇告知书", "extension_notice": "延期通知书",
    "complaint_accepted_notice": "投诉举报受理告知书", "complaint_refusal_notice": "投诉举报不予受理告知书",
    "complaint_result_notice": "投诉举报处理结果告知书", "supervision_order": "督办单",
    "assessment_failed_notice": "评估结果告知书", "objection_upheld_notice": "公示异议处理告知书",
    "agreement_failed_notice": "未签订协议告知书", "agreement_closing_notice": "定点服务协议办结通知书",
    "contact_letter": "基本医疗保险关系转移接续联系函", "information_sheet": "参保人员基本医疗保险信息表",
    "enrolment_voucher": "基本医疗保险参保凭证", "enquiry_result": "参保信息查询结果",
    "withdrawal_notice": "个人账户注销取款通知单",
    "reminder_letter": "转移接续催办函", "transfer_declined_notice": "不予办理转出告知函",
    "refund_letter": "转移资金退回函",
    "reply_declined_notice": "转出地不予转出告知书", "complaint_withdrawn_notice": "投诉举报撤回告知书",
}  # fmt: skip


def group_name(code: str) -> str:
    return GROUPS.get(code, code)


def deadline_name(key: str) -> str:
    return DEADLINES.get(key, key)


def alarm_name(code: str) -> str:
    return ALARMS.get(code, code)


def outcome_name(code: str) -> str:
    return OUTCOMES.get(code, code)


def objection_name(status: str) -> str:
    return OBJECTIONS.get(status, status)


def letter_name(template: str) -> str:
    return LETTERS.get(template, template)
