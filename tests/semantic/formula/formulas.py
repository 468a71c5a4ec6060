"""Formulas that use every function and operator, for the awkward rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.semantic.formula.awkward_rows import COLUMNS

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

TYPES: dict[str, DataType] = {name: kind for name, (kind, _) in COLUMNS.items()}  # type: ignore[misc]

FORMULAS = """
i + j | i - j | i * j | i / j | i % j | n + m | n * m | n / m | n % m | f + g | f - g | f / g | f % g
n * 1.10 | n * m * 2.5 | i / n | i + n * f | -i | -(-n) | - n / m | 1 / 3 | 7 / 2 | 7 % 4 | -7 % 4
0.3 % 0.1 | f % 0.1 | i / 0 | 0 / i | i % 0 | (i + j) / (i - j) | i - (j - 1) | i / (j / 2) | i = j
i != j | i < j | n >= m | f > g | s = u | s != u | s < u | s >= u | d < e | d = e | d <= t | o = true
not o | o and i > 0 | o or i > 0 | not (o and null) | i is null | s is not null | i in (7, -7)
i not in (7, -7) | s in ('', 'x') | d in (to_date('2024-01-31'), to_date('2020-12-31'))
i between -1 and 3 | i not between -1 and 3 | s || '-' || u | s || null
case when i > 0 then 'p' when i < 0 then 'n' else '0' end | case when o then n end
case when i > 3 then i else n end | if(o, i, j) | if(o, n) | if(i > j, f, 0) | if(o, d, e)
coalesce(i, j) | coalesce(i, n, 0) | coalesce(s, u, '?') | coalesce(d, e) | nullif(i, 0) | nullif(s, '')
nullif(n, m) | abs(i) | abs(n) | abs(f) | sign(i) | sign(n) | sign(f) | round(i) | round(n) | round(n, 1)
round(n, 2) | round(f) | round(f, 2) | round(f, 8) | round(i / 8, 2) | round(i, 2) | round(f * 100, 1)
round(-0.5) | round(2.5) | round(1.005, 2) | round(n / m, 3) | floor(i) | floor(n) | floor(f) | ceil(i)
ceil(n) | ceil(f) | floor(i / j) | mod(i, j) | mod(n, m) | mod(f, g) | mod(i, n) | power(i, 2)
power(n, m) | power(f, g) | power(i, j) | power(i, -1) | power(0, 0) | power(-8, 1 / 3) | sqrt(i)
sqrt(n) | sqrt(f) | exp(i) | exp(n) | exp(f) | ln(i) | ln(n) | ln(f) | log10(i) | log10(n) | log10(f)
sqrt(-1) | ln(0) | exp(1000) | safe_divide(i, j) | safe_divide(i, j, -1) | safe_divide(n, m, 0)
safe_divide(f, g, i) | greatest(i, j) | least(i, j) | greatest(n, m, 1) | least(s, u)
greatest(s, u, 'a') | greatest(d, e) | least(f, g, i) | convert(i, '万元', '元') | convert(n, '分钟', '小时')
convert(f, '小时', '分钟') | upper(s) | lower(s) | trim(s) | ltrim(s) | rtrim(s) | trim(u) | is_blank(s)
is_blank(u) | length(s) | length(trim(s)) | substring(s, 2) | substring(s, 2, 2) | substring(s, 1, 0)
substring(s, 99, 3) | left(s, 2) | left(s, 0) | right(s, 2) | right(s, 0) | concat(s, u)
concat(s, null, 'x') | contains(s, u) | contains(s, '') | contains(s, '%') | starts_with(s, u)
ends_with(s, u) | position(s, u) | position(s, '') | replace(s, u, '-') | replace(s, '', '-')
replace(s, 'a', '') | split_part(s, ',', 2) | split_part(s, '/', 9) | split_part(s, 'bc', 1)
lpad(s, 5, '0') | lpad(s, 2, 'xy') | lpad(u, 4, 'ab') | lpad(s, 0, 'x') | year(d) | quarter(d) | month(d)
day(d) | weekday(d) | day_of_year(d) | iso_week(d) | iso_year(d) | year(t) | weekday(t) | iso_week(t)
hour(t) | minute(t) | second(t) | date_trunc('day', t) | date_trunc('week', d) | date_trunc('month', d)
date_trunc('quarter', d) | date_trunc('year', t) | date_add('day', i % 1000, to_date('2024-01-31'))
date_add('week', j, d) | date_add('month', j, d) | date_add('month', 1, d) | date_add('quarter', -1, d)
date_add('year', 1, d) | date_add('month', 1, t) | date_add('day', -60, d) | date_diff('day', d, e)
date_diff('week', d, e) | date_diff('month', d, e) | date_diff('quarter', d, e) | date_diff('year', d, e)
date_diff('day', d, t) | date_diff('month', t, e) | month_end(d) | month_end(t)
year(month_end(d)) - year(e) | to_number(w) | to_number(s) | to_number(i) | to_number(n)
to_decimal(w, 2) | to_decimal(i, 2) | to_decimal(n, 1) | to_decimal(f, 3) | to_text(i) | to_text(o)
to_text(d) | to_text(t) | to_text(s) | to_text(n, 2) | to_text(f, 2) | to_text(i, 1) | to_text(i / j, 3)
to_date(w) | to_date(s) | to_date(t) | to_date(d) | to_timestamp(w) | to_timestamp(d) | to_timestamp(t)
hour(to_timestamp(w)) | to_number(replace(trim(s), ',', '')) | round(safe_divide(n, m), 2) * 100
coalesce(n, 0) + coalesce(m, 0) | 'it''s' | '\\' | '%s ? $1 :x' | 'a"b' | '度衡' | 0.1 + 0.2 | 1.10
123456789012345678 | true | i - -1 | n % 0.3 | n + 0.125 | n - 0.1 | n > 1.25 | n = 2.50 | n in (2.5, 0)
coalesce(n, 0.125) | nullif(n, 2.5) | greatest(n, 0.125) | case when o then n when i > 0 then 0.12345 else 7 end
if(o, null, n) | if(o, 1, 0) / 4 | case when o then 1 else n / 2 end | i in (7, j) | i not in (7, j)
s in ('x', u) | s in ('ABC', 'X') | u in ('b ', 'É') | s = 'ABC' | u = 'b ' | nullif(u, 'B') | contains(s, 'AB')
starts_with(s, 'ABC') | ends_with(s, 'BC') | position(s, 'BC') | replace(s, 'B', '-') | split_part(s, 'B', 1)
split_part('aaa', 'aa', 2) | split_part(s, '/', 1) | split_part(s, '/', 2) | date_trunc('month', e)
date_trunc('week', t) | date_trunc('quarter', t) | date_diff('year', t, e) | to_text(i > 3)
"""
FORMULA_LIST = [formula.strip() for line in FORMULAS.strip().splitlines() for formula in line.split(" | ")]
