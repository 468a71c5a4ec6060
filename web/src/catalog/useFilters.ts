import { useSearchParams } from "react-router";
import type { operations } from "@/api/schema";

type Query = NonNullable<operations["list_metrics"]["parameters"]["query"]>;

/** What the library is narrowed to; kept in the address so that it can be sent to somebody. */
export type Filters = Pick<Query, "search" | "domain" | "type" | "owner" | "tag" | "status" | "sort">;

const NAMES: Record<keyof Filters, string> = {
  search: "q",
  domain: "domain",
  type: "type",
  owner: "owner",
  tag: "tag",
  status: "status",
  sort: "sort",
};

function read(params: URLSearchParams): Filters {
  const filters: Record<string, string> = {};
  for (const [key, name] of Object.entries(NAMES)) {
    const value = params.get(name);
    if (value) filters[key] = value;
  }
  return filters as Filters; // The server checks the values; an unknown one is refused with a remedy.
}

export function useFilters() {
  const [params, setParams] = useSearchParams();
  const filters = read(params);
  const change = (next: Partial<Filters>) => {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries(next)) {
          const name = NAMES[key as keyof Filters];
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  const clear = () => setParams({}, { replace: true });
  return { filters, change, clear, chosen: Object.keys(filters).some((key) => key !== "sort") };
}
