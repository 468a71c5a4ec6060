"""The permissions of the product and the roles that carry them. Code, not data: they are reviewed like code."""

from __future__ import annotations

from typing import Final, Literal

from metrion.base.text import Text

Permission = Literal[
    "metric.read",  # find metrics, read definitions, ask for numbers
    "metric.draft",  # write drafts and submit change requests
    "change.decide",  # decide change requests
    "data.read",  # see datasets, profiles and row previews (through row policies)
    "data.manage",  # upload data, draft datasets, relationships, dimensions
    "calendar.manage",  # edit the company calendar
    "people.read",  # see the organisation
    "people.manage",  # change people, departments and role assignments
    "policy.manage",  # change row policies and column grants
    "audit.read",  # read the audit trail and every receipt
    "system.manage",  # settings, health, tokens of others
]

RoleCode = Literal[
    "viewer", "analyst", "metric_owner", "approver", "data_engineer", "security_officer", "administrator", "auditor"
]

PERMISSION_NAMES: Final[dict[Permission, Text]] = {
    "metric.read": Text(zh="查看指标", en="Read metrics"),
    "metric.draft": Text(zh="起草指标", en="Draft metrics"),
    "change.decide": Text(zh="审批变更", en="Decide changes"),
    "data.read": Text(zh="查看数据", en="Read data"),
    "data.manage": Text(zh="管理数据", en="Manage data"),
    "calendar.manage": Text(zh="维护日历", en="Edit the calendar"),
    "people.read": Text(zh="查看组织", en="Read the organisation"),
    "people.manage": Text(zh="管理人员", en="Manage people"),
    "policy.manage": Text(zh="管理权限策略", en="Manage policies"),
    "audit.read": Text(zh="查看审计", en="Read the audit trail"),
    "system.manage": Text(zh="管理系统", en="Manage the system"),
}

ROLE_NAMES: Final[dict[RoleCode, Text]] = {
    "viewer": Text(zh="业务查看者", en="Business viewer"),
    "analyst": Text(zh="分析师", en="Analyst"),
    "metric_owner": Text(zh="指标负责人", en="Metric owner"),
    "approver": Text(zh="审批人", en="Approver"),
    "data_engineer": Text(zh="数据工程师", en="Data engineer"),
    "security_officer": Text(zh="安全管理员", en="Security officer"),
    "administrator": Text(zh="系统管理员", en="Administrator"),
    "auditor": Text(zh="审计员", en="Auditor"),
}

ROLE_PERMISSIONS: Final[dict[RoleCode, frozenset[Permission]]] = {
    "viewer": frozenset({"metric.read", "people.read"}),
    "analyst": frozenset({"metric.read", "metric.draft", "data.read", "people.read"}),
    "metric_owner": frozenset({"metric.read", "metric.draft", "data.read", "people.read"}),
    "approver": frozenset({"metric.read", "change.decide", "data.read", "people.read"}),
    "data_engineer": frozenset(
        {"metric.read", "metric.draft", "data.read", "data.manage", "calendar.manage", "people.read"}
    ),
    "security_officer": frozenset({"metric.read", "people.read", "policy.manage", "audit.read"}),
    "administrator": frozenset({"metric.read", "calendar.manage", "people.read", "people.manage", "system.manage"}),
    "auditor": frozenset({"metric.read", "people.read", "audit.read"}),
}
