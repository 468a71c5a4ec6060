"""Words of the reference that the code lacks: Chinese ones, and permissions that are decided inside a route.

A test fails when something in the code has no entry here, or an entry names something that is gone.
"""

from __future__ import annotations

from typing import Final

MADE: Final = (
    "本页由 `scripts/reference.py` 从程序生成，请勿手工修改。",
    "This page is made from the code by `scripts/reference.py`. Do not edit it by hand.",
)

INTROS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "formula": (
        ("公式参考：函数与单位", "Formula reference: functions and units"),
        (
            (
                "公式只能使用下列 {count} 个函数。行表达式（度量）可以使用全部函数；指标公式只能使用标注“是”的函数。"
                "语法见[用户手册](../guide/zh/formula.md)。"
            ),
            (
                "Formulas may use these {count} functions and no others. Row expressions (measures) may use all"
                " of them, metric formulas those marked “yes”. The grammar is in the [guide](../guide/en/formula.md)."
            ),
        ),
    ),
    "errors": (
        ("错误代码", "Refusals"),
        (
            (
                "不能给出正确结果时，度衡给出有代码的错误，而不是一个错误的数字。花括号中的内容随情况填入。"
                "网页、接口与命令行的代码相同。"
            ),
            (
                "Where no right answer can be given, Metrion gives a coded refusal, never a wrong number."
                " Words in braces are filled in. Page, API and command line use the same codes."
            ),
        ),
    ),
    "settings": (
        ("设置", "Settings"),
        (
            "设置取自环境变量，其次取自主目录中的 `metrion.env`。`metrion config` 显示当前生效的值。",
            (
                "Settings come from the environment, then from `metrion.env` in the home folder."
                " `metrion config` shows the values in force."
            ),
        ),
    ),
    "cli": (
        ("命令行参考", "Command reference"),
        (
            (
                "每个命令都可加 `--language zh|en`。"
                "退出码：0 表示完成，1 表示被拒绝或失败（原因在标准错误），2 表示命令写错。"
                "各命令的选项说明按程序原样列出（英文）。"
            ),
            (
                "Every command takes `--language zh|en`. Exit codes: 0 done, 1 refused or failed (the reason is on"
                " standard error), 2 the command line is wrong."
            ),
        ),
    ),
    "api": (
        ("接口参考", "API reference"),
        (
            (
                "接口以登录会话（写操作需 `X-CSRFToken` 请求头）或 `Authorization: Bearer 令牌` 调用。"
                "表中为进入所需的权限；对象属于哪个部门、行与列是否可见，还会在处理时判断。"
                "`metrion openapi` 打印全部字段。"
            ),
            (
                "Call the API with a session (writing methods send the `X-CSRFToken` header) or"
                " `Authorization: Bearer TOKEN`. The table says what opens a route; department, rows and columns are"
                " decided when it runs. `metrion openapi` prints every field."
            ),
        ),
    ),
}

SETTINGS_ZH: Final[dict[str, str]] = {
    "home": "主目录：密钥、内置数据库与数据湖都在这里。",
    "database_url": "元数据所用的 PostgreSQL，形如 postgresql://…；不填则在主目录中使用 SQLite。",
    "cli_person": "命令行未给出 --as 时，以谁的身份执行。",
    "host": "监听地址。",
    "port": "监听端口。",
    "public_url": "用户在浏览器中访问的地址，用于生成链接和校验请求来源。",
    "trusted_proxies": "前面有几层可信的反向代理，其 X-Forwarded-For 才会被采信。",
    "workers": "网页进程数。",
    "threads": "每个网页进程的线程数。",
    "language": "尚未选择语言的用户默认使用的语言。",
    "time_zone": "企业所在时区，决定一天从何时开始。",
    "week_start": "企业的一周从哪天开始。",
    "query_timeout": "分析查询超过多少秒即停止。",
    "query_memory": "内置分析引擎的内存上限。",
    "query_row_limit": "一次交互查询最多返回的行数。",
    "cache_bytes": "每个进程用于缓存结果的内存，单位为字节。",
    "upload_limit": "单次上传的最大字节数。",
    "session_hours": "登录后闲置多少小时即失效。",
    "log_format": "日志格式，输出到标准错误。",
    "log_level": "最低记录级别。",
}

COMMANDS_ZH: Final[dict[str, str]] = {
    "init": "建立主目录和数据表，可同时建立企业及其首位管理员。重复执行无害。",
    "start": "提供网页与接口，并运行后台任务。",
    "demo": "建立演示企业（只建一次），然后启动服务。",
    "migrate": "把数据表升级到当前版本。",
    "query": "以某人的身份查询指标，结果与此人在页面上看到的一致。",
    "why": "说明两个数字为什么不同：比较两份凭证，或两次查询（--metric，以及 B 的不同之处）。",
    "user": "人员管理。",
    "user create": "新建人员，并打印一次性临时密码。",
    "user list": "列出人员。",
    "user password": "发放新的临时密码，原密码与全部会话立即失效。",
    "user disable": "停用人员，会话与令牌立即失效。",
    "user enable": "重新启用人员。",
    "user roles": "查看或授予角色。",
    "token": "接口令牌。",
    "token create": "为 --as 所指的人新建接口令牌，只显示一次。",
    "data": "数据：载入文件，列出数据表。",
    "data load": "把 CSV、Parquet 或 Excel 文件载入数据表：要么整份载入，要么列出全部问题且不载入。",
    "data tables": "列出数据湖中的表。",
    "export": "导出定义：本产品的 YAML（无损），或供其他工具使用的模型；说明无法保留的内容。",
    "import": "导入定义：本产品的 YAML，或其他工具的模型；说明无法保留的内容。",
    "calendar": "企业日历：查看某个月，更新到最新。",
    "calendar show": "查看某个月的每一天：类型、农历、节假日与企业事件。",
    "calendar seed": "生成日历，或按公开资料更新；企业的修改不受影响。",
    "audit": "审计记录。",
    "audit verify": "核对整条审计链与已签名的检查点。",
    "config": "显示当前生效的设置，密码等内容以星号代替。",
    "doctor": "检查安装，说明如何处理问题。",
    "openapi": "打印接口的 OpenAPI 描述。",
    "version": "打印版本号。",
}

ROUTES_ZH: Final[dict[str, str]] = {
    "list_entries": "按时间倒序返回审计记录；action 可以是一类操作，例如 policy.。",
    "verify": "核对整条审计链与已签名的检查点。",
    "list_domains": "列出业务域与主题域，以及调用者可见的指标数。",
    "create_domain": "新建业务域；给出 parent 时新建主题域。",
    "change_domain": "修改业务域名称，或改由其他部门负责。",
    "list_metrics": "列出指标。可按中英文名称、别名、编码、口径、标签、拼音及拼音首字母搜索。",
    "metric_facets": "指标库筛选条件的可选值与数量。",
    "read_metric": "指标页的主要内容。",
    "list_metric_versions": "指标的全部版本，以及各自的生效时间。",
    "read_metric_version": "一个版本的内容。",
    "metric_lineage": "血缘：列、数据集、度量、指标、指标，双向。",
    "metric_document": "下载指标的元数据文档。",
    "library_document": "下载整个指标库或一个业务域的元数据文档。",
    "read_impact": "列出直接或间接依赖某个定义的全部内容。",
    "list_datasets": "列出已发布的数据集。",
    "read_dataset": "一个数据集的列、关系与被引用情况。",
    "list_dimensions": "列出已发布的维度。",
    "read_dimension": "一个维度的层级与被引用情况。",
    "list_modifiers": "列出已发布的修饰词。",
    "read_modifier": "一个修饰词与被引用情况。",
    "list_relationships": "列出已发布的关系。",
    "read_relationship": "一个关系。",
    "list_drafts": "列出调用者可以编辑的草稿，最近修改的在前。",
    "create_draft": "保存新草稿，内容可以不完整。",
    "draft_from_published": "从已发布的定义开始修改；若已有未提交的草稿则返回该草稿。",
    "read_draft": "一份草稿及其全部问题；ETag 为其版次。",
    "save_draft": "保存草稿；须说明所读版次，若他人已修改则返回 409。",
    "discard_draft": "丢弃草稿。",
    "share_draft": "设定草稿的共同作者。",
    "rebase_draft": "把草稿改为基于当前生效版本的修改，内容不变。",
    "check_definition": "一次列出定义的全部问题，不保存。",
    "check_formula": "检查行表达式（给出 dataset）或指标公式。",
    "list_functions": "列出公式可用的函数。",
    "complete_formula": "为光标处的词给出列、指标、函数的候选。",
    "list_follows": "列出调用者关注的指标，最近关注的在前。",
    "read_follow": "是否关注，以及关注人数。",
    "follow_metric": "关注指标。",
    "unfollow_metric": "取消关注。",
    "submit_change": "冻结草稿并申请发布；问题一次全部返回。",
    "simulate_change": "不提交，只说明变更类别、差异与由谁审批。",
    "list_changes": "列出调用者可见的变更申请，最新的在前。",
    "count_inbox": "等待调用者审批的数量。",
    "read_change": "一份变更申请：差异、时间线、证据与审批人。",
    "decide_change": "对所读内容作出通过、退回或驳回的决定。",
    "comment_change": "在时间线上留言。",
    "withdraw_change": "撤回申请，草稿可继续编辑。",
    "resubmit_change": "按草稿的当前内容重新提交被退回的申请。",
    "remind_change": "催办，每小时最多一次。",
    "read_session": "当前登录的人；同时写入 CSRF Cookie。",
    "choose_language": "设定本人使用的语言。",
    "list_departments": "返回整棵组织树，上级在前。",
    "create_department": "新建部门。",
    "change_department": "修改部门的名称、负责人或属性；未给出的字段不变。",
    "move_department": "把部门连同下级移到另一部门之下。",
    "list_people": "按用户名列出人员；department 含其下级部门。",
    "create_person": "新建账户；返回只显示一次的临时密码。",
    "read_person": "一个人及其角色。",
    "change_person": "修改人员；未给出的字段不变。",
    "disable_person": "停用账户，会话与令牌立即失效。",
    "enable_person": "重新启用账户。",
    "give_temporary_password": "发放只显示一次的临时密码，会话与令牌失效。",
    "remove_second_factor": "为遗失验证器的人移除两步验证与恢复码。",
    "sign_out_everywhere": "结束本人或所管人员的全部会话，tokens=true 时连同令牌。",
    "list_roles": "角色及其权限与人数。",
    "assign_role": "在一个部门及其下级，或在全公司，授予角色。",
    "remove_role": "收回角色。",
    "list_policies": "列出行权限策略，供权限管理员与审计员使用。",
    "create_policy": "新建行权限策略。",
    "preview_policies": "说明某人能看到数据集的哪些内容及原因。",
    "change_policy": "替换行权限策略的内容；revision 为所读的版次。",
    "delete_policy": "删除行权限策略。",
    "list_column_grants": "列出敏感列的授权。",
    "grant_column": "向一组人开放敏感列。",
    "revoke_column": "收回敏感列的授权。",
    "list_tokens": "本人的令牌；管理员与审计员可查看他人的令牌。",
    "create_token": "以本人的部分权限新建令牌，密文只显示一次。",
    "revoke_token": "立即、永久地吊销令牌。",
    "stage_upload": "暂存 CSV、Parquet 或 Excel 文件，返回其内容预览。",
    "list_uploads": "列出调用者的上传，最新的在前。",
    "get_upload": "一次上传的预览。",
    "read_upload_as": "换一种读法（编码、分隔符、表头、工作表）重新读取暂存文件。",
    "discard_upload": "丢弃暂存文件。",
    "load_upload": "把暂存文件载入数据表：要么整份载入，要么列出全部问题且不载入。",
    "get_calendar_year": "返回一年中的每一天、涉及该年的企业事件和期间规则。",
    "get_calendar_day": "返回日历中某一天的全部内容及其修改记录。",
    "list_calendar_edits": "列出日历的修改，最新的在前。",
    "edit_calendar": "修改某一天、某个事件或期间规则，产生新的数据版本。",
    "undo_calendar_edit": "撤销某一项的最近一次修改；撤销本身也是一次修改。",
    "list_tables": "按名称列出数据湖中的表。",
    "get_table": "一张表。",
    "get_profile": "调用者可见数据行的概况。",
    "get_rows": "调用者可见的前若干行。",
    "list_versions": "一张表的数据版本，最新的在前。",
    "definition_to_yaml": "返回定义的规范 YAML，未完成的也可以。",
    "definition_from_yaml": "解析 YAML，按行列返回全部问题。",
    "import_definitions": "把 YAML 文件或其 zip 作为一份变更申请导入；dry_run（默认）只检查。",
    "import_formats": "可以导入哪些工具的模型；yaml 是本产品自己的格式。",
    "import_foreign_model": "导入其他工具的模型：preview（默认）只报告，drafts 保存为草稿，change 提交变更申请。",
    "export_definitions": "下载调用者可见的已发布定义的 zip：yaml（每个定义一个文件）、osi 或 metricflow。",
    "export_losses": "导出到其他工具时无法保留的内容。",
    "query": "回答查询。ETag 标识结果，以 If-None-Match 送回时可得到 304。",
    "preview": "在已发布内容之上叠加草稿试算，凭证注明 draft。",
    "cancel": "停止调用者仍在运行的查询。",
    "change_backtest": "以调用者的权限，在同一份数据上运行变更前后的版本。",
    "dimension_values": "指标可见数据行中某个维度的取值。",
    "receipt": "返回凭证，供提问人和审计记录的读者查看；数字只给提问人。",
    "own_receipts": "返回调用者自己查询某指标的凭证，新的在前，供选择比较对象。",
    "receipt_difference": "说明两份凭证有何不同，以及每个因素解释了差额的多少；数字只给两份凭证的提问人。",
    "query_difference": "提出两个查询，并说明两个数字为什么不同；两个结果都有凭证。",
}

SIGN_IN: Final[dict[str, tuple[str, str]]] = {
    "config": ("登录方式的配置。", "How signing in is configured."),
    "auth/session": ("GET 查看是否已登录；DELETE 退出。", "GET: whether somebody is signed in; DELETE: sign out."),
    "auth/login": ("用户名与密码登录。", "Sign in with user name and password."),
    "auth/reauthenticate": ("敏感操作前再次输入密码。", "Give the password again before a sensitive step."),
    "auth/2fa/authenticate": ("登录的第二步：验证码或恢复码。", "Second step of signing in: a code."),
    "auth/2fa/reauthenticate": ("敏感操作前再次输入验证码。", "Give a code again before a sensitive step."),
    "auth/sessions": ("列出或结束本人的会话。", "List or end one's own sessions."),
    "account/password/change": ("修改本人密码。", "Change one's own password."),
    "account/authenticators": ("列出本人的两步验证方式。", "List one's own second factors."),
    "account/authenticators/totp": ("启用或停用验证器。", "Switch the authenticator app on or off."),
    "account/authenticators/recovery-codes": ("查看或更换恢复码。", "Show or renew recovery codes."),
}

INSIDE: Final[dict[str, str]] = {
    "list_domains": "metric.read",
    "create_domain": "data.manage, system.manage",
    "change_domain": "data.manage, system.manage",
    "list_metrics": "metric.read",
    "metric_facets": "metric.read",
    "read_metric": "metric.read",
    "list_metric_versions": "metric.read",
    "read_metric_version": "metric.read",
    "metric_lineage": "metric.read",
    "metric_document": "metric.read",
    "library_document": "metric.read",
    "read_impact": "metric.read, data.read",
    "list_datasets": "data.read, policy.manage, audit.read",
    "read_dataset": "data.read, policy.manage, audit.read",
    "list_dimensions": "metric.read",
    "read_dimension": "metric.read",
    "list_modifiers": "metric.read",
    "read_modifier": "metric.read",
    "list_relationships": "data.read, policy.manage, audit.read",
    "read_relationship": "data.read, policy.manage, audit.read",
    "list_drafts": "metric.draft, data.manage",
    "create_draft": "metric.draft, data.manage",
    "draft_from_published": "metric.draft, data.manage",
    "read_draft": "metric.draft, data.manage",
    "save_draft": "metric.draft, data.manage",
    "discard_draft": "metric.draft, data.manage",
    "share_draft": "metric.draft, data.manage",
    "rebase_draft": "metric.draft, data.manage",
    "check_definition": "metric.draft, data.manage",
    "check_formula": "metric.read, data.read",
    "list_functions": "metric.read",
    "complete_formula": "metric.read, data.read",
    "list_follows": "metric.read",
    "read_follow": "metric.read",
    "follow_metric": "metric.read",
    "unfollow_metric": "metric.read",
    "submit_change": "metric.draft, data.manage",
    "simulate_change": "metric.draft, data.manage",
    "list_changes": "participant, change.decide, audit.read",
    "count_inbox": "participant",
    "read_change": "participant, change.decide, audit.read",
    "decide_change": "change.decide",
    "comment_change": "metric.draft, change.decide",
    "withdraw_change": "participant",
    "resubmit_change": "participant",
    "remind_change": "participant",
    "read_session": "own",
    "choose_language": "own",
    "sign_out_everywhere": "own, people.manage",
    "list_policies": "policy.manage, audit.read",
    "preview_policies": "policy.manage, audit.read",
    "list_column_grants": "policy.manage, audit.read",
    "list_tokens": "own, audit.read, system.manage",
    "create_token": "own",
    "revoke_token": "own, system.manage",
    "definition_to_yaml": "metric.read",
    "definition_from_yaml": "metric.read",
    "import_definitions": "metric.draft, data.manage",
    "import_formats": "metric.draft",
    "import_foreign_model": "metric.draft, data.manage",
    "export_definitions": "metric.read",
    "export_losses": "metric.read",
    "query": "metric.read",
    "preview": "metric.draft",
    "cancel": "own",
    "change_backtest": "participant, change.decide, audit.read",
    "dimension_values": "metric.read",
    "receipt": "own, audit.read",
    "own_receipts": "own",
    "receipt_difference": "own, audit.read",
    "query_difference": "metric.read",
}
"""Routes open to everybody who is signed in, and what their actions and reads ask for: any of these."""
