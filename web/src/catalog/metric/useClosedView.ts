import { useAsk } from "@/query/ask";
import type { View } from "../view";

/**
 * The view with an end where it is compared: what is compared lands after the last day too, and days of which nothing
 * is known yet would look like days on which nothing happened. Null until the last day is known.
 */
export function useClosedView(code: string, view: View): View | null {
  const open =
    typeof view.range === "object" && view.range.end === null && view.compare !== "none" ? view.range : null;
  const running = useAsk(open && { metrics: [code], time: { kind: "to_date", unit: view.grain } });
  if (!open) return view;
  if (running.isPending) return null;
  const end = running.data?.receipt.time_end?.slice(0, 10) ?? null;
  const isBefore = end !== null && open.start !== null && end < open.start;
  return isBefore ? view : { ...view, range: { ...open, end } };
}
