import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { answer, api, requestHeaders } from "@/api/client";
import { toApiError } from "@/api/problem";
import type { MetricQuery, QueryAnswer, ResultColumn } from "@/api/schema";
import type { Level } from "@/format/date";

/** A question with everything optional left out. */
export type Ask = Partial<Omit<MetricQuery, "order">> &
  Pick<MetricQuery, "metrics"> & { order?: readonly { by: string; descending: boolean }[] };

export function complete({ order = [], ...ask }: Ask): MetricQuery {
  return {
    dimensions: [],
    times: [],
    rows: false,
    totals: false,
    subtotals: [],
    ...ask,
    order: order.map((by) => ({ ...by, nulls: "last" as const })),
  };
}

type Match = NonNullable<NonNullable<MetricQuery["comparison"]>["shift"]>["match"];

/** Against the value so many periods earlier; `match` says which day stands for which. */
export function against(count: number, unit: Level, match: Match = "rows"): MetricQuery["comparison"] {
  return { kind: "shift", shift: { count, unit, match } };
}

/** The one way pages get numbers: a question to the governed engine, answered with a receipt. */
export function useAsk(ask: Ask | null): UseQueryResult<QueryAnswer> {
  return useQuery({
    queryKey: ["ask", ask],
    queryFn: ({ signal }) => answer(api.POST("/api/v1/query", { body: complete(ask as Ask), signal })),
    enabled: ask !== null,
    placeholderData: (previous) => previous,
  });
}

/** The answer as a CSV file, exactly the rows that the same question shows. */
export async function downloadCsv(ask: Ask, name: string): Promise<void> {
  const response = await fetch("/api/v1/query?format=csv", {
    method: "POST",
    credentials: "same-origin",
    headers: { ...requestHeaders("POST"), "Content-Type": "application/json" },
    body: JSON.stringify(complete(ask)),
  });
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw toApiError(response.status, body, response.headers.get("X-Request-Id"));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

type Cell = QueryAnswer["rows"][number][number];

/** Where a metric's own value stands in each row, where the compared one, and how to write it. */
export interface ValuePlace {
  column: ResultColumn;
  at: number;
  comparedAt: number | null;
}

export function valuePlace(result: QueryAnswer, metric: string): ValuePlace | null {
  const at = result.columns.findIndex((column) => column.role === "metric" && column.metric === metric);
  const column = result.columns[at];
  if (!column) return null;
  const compared = result.columns.findIndex(
    (other) => other.role === "comparison" && other.metric === metric,
  );
  return { column, at, comparedAt: compared < 0 ? null : compared };
}

export function numberAt(row: readonly Cell[] | undefined | null, at: number | null): number | null {
  const cell = at === null ? null : row?.[at];
  if (typeof cell === "number") return cell;
  // Decimals beyond what a JSON number holds exactly arrive as text.
  return typeof cell === "string" && cell.trim() !== "" && Number.isFinite(Number(cell))
    ? Number(cell)
    : null;
}

/**
 * The last day of data, from an answer up to now. Null where the reader may see no rows: the period of such an
 * answer ends today, which is no day of data.
 */
export function lastDayOf(toDate: QueryAnswer, metric: string): string | null {
  const place = valuePlace(toDate, metric);
  return place && numberAt(toDate.rows[0], place.at) ? (toDate.receipt.time_end ?? null) : null;
}
