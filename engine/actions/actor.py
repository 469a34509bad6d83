"""Who acts: a user with memberships. Rights are asked of the actor and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Forbidden

LANES = ("window", "review", "finance", "leader")
ROLES = (*LANES, "designer", "approver", "auditor", "supervisor", "admin")
ROLE_NAMES = {
    "window": "窗口受理", "review": "审核", "finance": "财务", "leader": "单位负责人", "designer": "流程设计",
    "approver": "流程审批", "auditor": "稽核审计", "supervisor": "督办", "admin": "系统管理", "applicant": "申请人",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Membership:
    region: str  # '*': every region
    office: str  # '*': every office of the region
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    user_id: int
    username: str
    name: str  # as printed in histories
    memberships: tuple[Membership, ...] = ()

    def may(self, role: str, region: str, office: str) -> bool:
        return any(m.role == role and m.region in ("*", region) and m.office in ("*", office) for m in self.memberships)

    def may_any(self, roles: tuple[str, ...], region: str, office: str) -> bool:
        return any(self.may(role, region, office) for role in roles)

    def has_role(self, role: str) -> bool:
        return any(m.role == role for m in self.memberships)

    def require(self, role: str, region: str, office: str) -> None:
        if not self.may(role, region, office):
            raise Forbidden(f"此项操作须由所属经办机构（{office}）的“{ROLE_NAMES.get(role, role)}”人员办理")


SYSTEM = Actor(0, "system", "系统")
