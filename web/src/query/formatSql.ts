/** SQL laid out for reading: a line for each clause, indented by depth. Only blanks change; names and texts stay. */

const CLAUSES =
  /^(?:SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|UNION ALL|LEFT JOIN|FULL JOIN|FULL OUTER JOIN|INNER JOIN|CROSS JOIN|JOIN|WITH)\b/i;
const TOKEN = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[()]|[^\s()"']+|\s+/g;
const INDENT = "  ";

interface Pen {
  text: string;
  depth: number;
  /** For each open bracket: whether it holds a query of its own. */
  queries: boolean[];
}

function newLine(pen: Pen): void {
  pen.text = `${pen.text.trimEnd()}\n${INDENT.repeat(pen.depth)}`;
}

function open(pen: Pen, rest: string): void {
  const query = /^\s*(?:SELECT|WITH)\b/i.test(rest);
  pen.queries.push(query);
  pen.text += "(";
  if (query) pen.depth += 1;
}

function close(pen: Pen): void {
  if (pen.queries.pop()) {
    pen.depth -= 1;
    newLine(pen);
  }
  pen.text += ")";
}

export function formatSql(sql: string): string {
  const pen: Pen = { text: "", depth: 0, queries: [] };
  for (const match of sql.matchAll(TOKEN)) {
    const [token] = match;
    const rest = sql.slice(match.index);
    const inQuery = pen.queries.length === 0 || pen.queries.at(-1) === true;
    if (token === "(") open(pen, rest.slice(1));
    else if (token === ")") close(pen);
    else if (/^\s+$/.test(token)) pen.text += pen.text.endsWith(" ") || pen.text.endsWith("\n") ? "" : " ";
    else {
      const joined = /\b(?:LEFT|FULL|INNER|CROSS|OUTER)\s$/i.test(pen.text);
      if (inQuery && CLAUSES.test(rest) && pen.text !== "" && !joined) newLine(pen);
      pen.text += token;
    }
  }
  return pen.text.trim();
}
