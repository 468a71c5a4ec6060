"""Who works at the demo company: departments, people with their roles, and what rows they may see.

All of it is invented. Passwords are made when the demo is filled and printed there; none is in the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.demo.story import REGIONS
from metrion.semantic.condition import EVERYTHING, Condition, OneOf, PersonValue

if TYPE_CHECKING:
    from metrion.identity.permissions import RoleCode


@dataclass(frozen=True, slots=True)
class DemoDepartment:
    """One department; `attributes` are inherited by everybody below and used by row policies."""

    path: str
    name: Text
    attributes: dict[str, tuple[str, ...]]

    @property
    def code(self) -> str:
        """Return the last part of the path."""
        return self.path.strip("/").split("/")[-1]

    @property
    def parent(self) -> str | None:
        """Return the code of the department above, None for the group."""
        parts = self.path.strip("/").split("/")
        return parts[-2] if len(parts) > 1 else None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person; a role holds in `scope` (department code) and everything below it."""

    username: str
    name: Text
    department: str
    roles: tuple[tuple[RoleCode, str], ...]
    story: Text


@dataclass(frozen=True, slots=True)
class DemoPolicy:
    """Rows of `dataset` that meet `condition` are visible to everybody in `departments` and below."""

    code: str
    name: Text
    dataset: str
    condition: Condition
    departments: tuple[str, ...]


def _department(path: str, zh: str, en: str, **attributes: tuple[str, ...]) -> DemoDepartment:
    return DemoDepartment(path, Text(zh=zh, en=en), attributes)


DEPARTMENTS = (
    _department("/group/", "度衡集团", "Metrion Group"),
    _department("/group/office/", "集团数据办", "Group data office"),
    _department("/group/retail/", "零售事业群", "Retail", regions=REGIONS),
    _department("/group/retail/retail_east/", "东部大区", "East region", regions=("EAST",)),
    _department("/group/retail/retail_south/", "南部大区", "South region", regions=("SOUTH",)),
    _department("/group/retail/retail_west/", "西部大区", "West region", regions=("WEST",)),
    _department("/group/retail/retail_north/", "北部大区", "North region", regions=("NORTH",)),
    _department("/group/manufacturing/", "智造事业群", "Manufacturing", plants=("PLANT_A", "PLANT_B")),
    _department("/group/manufacturing/plant_a/", "一厂", "Plant A", plants=("PLANT_A",)),
    _department("/group/manufacturing/plant_b/", "二厂", "Plant B", plants=("PLANT_B",)),
    _department("/group/bank/", "金融事业群", "Bank", branches=("B01", "B02", "B03", "B04")),
    _department("/group/bank/bank_binjiang/", "滨江支行", "Binjiang branch", branches=("B03",)),
    _department("/group/bank/bank_lakeside/", "湖滨支行", "Lakeside branch", branches=("B04",)),
    _department("/group/internet/", "互联网事业群", "Internet"),
    _department("/group/internet/growth/", "增长部", "Growth"),
)


def _person(
    who: tuple[str, str, str], department: str, scope: str, story: tuple[str, str], *roles: RoleCode
) -> DemoPerson:
    """Return a person: (user name, Chinese and English name), department, where the roles hold, what they do."""
    username, zh, en = who
    held = tuple((role, scope) for role in roles)
    return DemoPerson(username, Text(zh=zh, en=en), department, held, Text(zh=story[0], en=story[1]))


PEOPLE = (
    _person(
        ("zhou.ming", "周明", "Zhou Ming"), "group", "group", ("管理人员与系统", "runs the system"), "administrator"
    ),
    _person(
        ("wu.jing", "吴静", "Wu Jing"), "office", "group", ("管理权限策略", "decides who sees what"), "security_officer"
    ),
    _person(
        ("sun.lan", "孙兰", "Sun Lan"),
        "office",
        "group",
        ("审计一切，不改任何内容", "reads every step, changes nothing"),
        "auditor",
    ),
    _person(
        ("chen.yu", "陈宇", "Chen Yu"),
        "office",
        "group",
        ("集团审批人", "approves for the group"),
        "approver",
        "viewer",
    ),
    _person(
        ("li.na", "李娜", "Li Na"),
        "office",
        "group",
        ("数据接入与数据集", "loads data, keeps datasets"),
        "data_engineer",
    ),
    _person(
        ("wang.fang", "王芳", "Wang Fang"),
        "retail",
        "retail",
        ("零售分析师，起草指标", "retail analyst, drafts metrics"),
        "analyst",
    ),
    _person(
        ("zhao.lei", "赵磊", "Zhao Lei"),
        "retail",
        "retail",
        ("零售指标负责人", "owns the retail metrics"),
        "metric_owner",
    ),
    _person(
        ("liu.yang", "刘洋", "Liu Yang"),
        "retail",
        "retail",
        ("零售审批人", "approves retail metrics"),
        "approver",
        "viewer",
    ),
    _person(
        ("huang.mei", "黄梅", "Huang Mei"),
        "retail_east",
        "retail_east",
        ("东部大区业务查看者", "business viewer, East only"),
        "viewer",
    ),
    _person(
        ("ma.qiang", "马强", "Ma Qiang"),
        "retail_west",
        "retail_west",
        ("西部大区业务查看者", "business viewer, West only"),
        "viewer",
    ),
    _person(
        ("gao.jian", "高健", "Gao Jian"),
        "manufacturing",
        "manufacturing",
        ("智造指标负责人", "owns the manufacturing metrics"),
        "metric_owner",
        "approver",
    ),
    _person(("he.jun", "何军", "He Jun"), "plant_b", "manufacturing", ("二厂分析师", "analyst of plant B"), "analyst"),
    _person(
        ("lin.bo", "林波", "Lin Bo"),
        "bank",
        "bank",
        ("金融指标负责人", "owns the bank metrics"),
        "metric_owner",
        "approver",
    ),
    _person(
        ("xu.min", "徐敏", "Xu Min"),
        "bank_binjiang",
        "bank",
        ("滨江支行分析师", "analyst of the Binjiang branch"),
        "analyst",
    ),
    _person(
        ("deng.wei", "邓薇", "Deng Wei"),
        "internet",
        "internet",
        ("互联网指标负责人", "owns the internet metrics"),
        "metric_owner",
        "approver",
    ),
    _person(("tang.yue", "唐悦", "Tang Yue"), "growth", "internet", ("增长分析师", "growth analyst"), "analyst"),
)


def _by(field: str, attribute: str) -> Condition:
    return OneOf(field=field, values=PersonValue(person=attribute))


_OFFICE_SEES = Text(zh="集团数据办可见全部", en="The group data office sees all")
_SCOPED = (
    ("transactions", "retail", Text(zh="按大区可见", en="By region"), _by("region", "regions")),
    ("production", "manufacturing", Text(zh="按工厂可见", en="By plant"), _by("plant", "plants")),
    ("downtime_events", "manufacturing", Text(zh="按工厂可见", en="By plant"), _by("plant", "plants")),
    ("loans", "bank", Text(zh="按支行可见", en="By branch"), _by("branch_id", "branches")),
    ("loan_balances", "bank", Text(zh="按支行可见", en="By branch"), _by("branch_id", "branches")),
    ("sessions", "internet", Text(zh="事业群内可见", en="Within the business line"), EVERYTHING),
    ("coupon_redemptions", "retail", Text(zh="事业群内可见", en="Within the business line"), EVERYTHING),
)
POLICIES = tuple(
    policy
    for dataset, line, name, condition in _SCOPED
    for policy in (
        DemoPolicy(f"{dataset}_{line}", name, dataset, condition, (line,)),
        DemoPolicy(f"{dataset}_office", _OFFICE_SEES, dataset, EVERYTHING, ("office",)),
    )
)

SENSITIVE_GRANTS = (
    ("households", ("age", "income", "home_ownership", "marital_status", "household_comp", "kids_count"), "wang.fang"),
)
"""(dataset, columns, user name): who may use sensitive columns."""

DOMAINS: tuple[tuple[str, str | None, Text, str], ...] = (
    ("retail", None, Text(zh="零售", en="Retail"), "retail"),
    ("retail_sales", "retail", Text(zh="销售", en="Sales"), "retail"),
    ("retail_customer", "retail", Text(zh="顾客", en="Customers"), "retail"),
    ("retail_promotion", "retail", Text(zh="促销", en="Promotion"), "retail"),
    ("manufacturing", None, Text(zh="智能制造", en="Manufacturing"), "manufacturing"),
    ("output", "manufacturing", Text(zh="产出", en="Output"), "manufacturing"),
    ("equipment", "manufacturing", Text(zh="设备", en="Equipment"), "manufacturing"),
    ("quality", "manufacturing", Text(zh="质量", en="Quality"), "manufacturing"),
    ("bank_risk", None, Text(zh="银行风险", en="Bank risk"), "bank"),
    ("lending", "bank_risk", Text(zh="放款", en="Lending"), "bank"),
    ("risk", "bank_risk", Text(zh="资产质量", en="Asset quality"), "bank"),
    ("internet", None, Text(zh="互联网", en="Internet"), "internet"),
    ("traffic", "internet", Text(zh="流量", en="Traffic"), "internet"),
    ("conversion", "internet", Text(zh="转化", en="Conversion"), "internet"),
)
"""(code, parent, name, owning department)."""
