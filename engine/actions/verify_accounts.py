"""Verifies the record of changed accounts: is it whole, and does everybody hold what it says that he was given?

The database refuses to change an entry; this tells when somebody made it, and when somebody wrote himself a membership
beside the pages. What was cut off the end of the record shows only against a backup, or where an account still holds
what the lost entries gave.
"""

from __future__ import annotations

from engine.actions.account_trail import change_hash, opened
from engine.actions.history import UNREADABLE
from engine.actions.system import System
from engine.store import account_changes, users

Places = set[tuple[str, str, str]]  # region, office, role


def verify_accounts(system: System) -> list[str]:
    """Chinese findings, the entries first, in the order of writing; none when everything is as it was written."""
    findings: list[str] = []
    held: dict[str, Places] = {}
    previous = ""
    with system.store.writing() as connection:  # nobody changes an account between the record and what people hold
        account_changes.hold_chain(connection)
        for row in account_changes.chained(connection):
            name = f"账号变更记录第 {row.id} 号（{row.username}）"
            if row.prev_hash != previous:
                findings.append(f"{name}：与前一条不相连，可能有记录被删除、插入或改动")
            if row.hash != change_hash(row._asdict()):
                findings.append(f"{name}：内容与其哈希不符")
            previous = row.hash
            try:
                held[row.username] = {(m.region, m.office, m.role) for m in opened(row).after}
            except UNREADABLE:
                findings.append(f"{name}：内容无法读取")
        for person, places in users.listing(connection):
            if {(m.region, m.office, m.role) for m in places} != held.pop(person.username, None):
                findings.append(f"用户 {person.username} 现有的职责与账号变更记录的不符，可能有人绕过系统改动")
    return [*findings, *(f"用户 {username} 有账号变更记录，账号却不见了" for username in held)]
