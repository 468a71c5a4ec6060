import { queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { ConnectionView, DatabaseTableInfo } from "@/api/schema";
import type { DataType } from "../types";

/** Where a table is: in the lake (an empty connection), or in the database of a connection. */
export interface Place {
  connection: string;
  table: string;
}

/** A table as the source of a dataset: what can be read of it. */
export interface SourceTable {
  columns: { name: string; type: DataType }[];
  primary_key: readonly string[];
  /** Columns of types that the product has no word for: they stay out of the dataset. */
  unreadable: readonly string[];
}

/** A table of a database as the source of a dataset. The key is for people to say. */
export function readable(table: DatabaseTableInfo): SourceTable {
  return {
    columns: table.columns.flatMap(({ name, type }) => (type ? [{ name, type }] : [])),
    primary_key: [],
    unreadable: table.columns.filter(({ type }) => !type).map(({ name }) => name),
  };
}

async function read({ connection, table }: Place): Promise<SourceTable> {
  if (connection) {
    const params = { path: { code: connection }, query: { name: table } };
    return readable(await answer(api.GET("/api/v1/connections/{code}/table", { params })));
  }
  const found = await answer(api.GET("/api/v1/tables/{name}", { params: { path: { name: table } } }));
  return { columns: found.columns, primary_key: found.primary_key, unreadable: [] };
}

export function sourceQuery(place: Place | null) {
  return queryOptions({
    queryKey: ["source", place],
    queryFn: () => read(place ?? { connection: "", table: "" }),
    enabled: place !== null,
  });
}

export function useSource(place: Place | null): UseQueryResult<SourceTable> {
  return useQuery(sourceQuery(place));
}

/** The databases that a dataset can be defined on. */
export function useConnections(): ConnectionView[] {
  const found = useQuery({
    queryKey: ["connections"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/connections", { signal })),
  });
  return found.data ?? [];
}

const MOST = 200;

/** Names of the tables of a place that match. */
export function useTableNames(connection: string, search: string): UseQueryResult<string[]> {
  return useQuery({
    queryKey: ["source", "names", connection, search],
    queryFn: async ({ signal }) => {
      if (!connection) {
        const params = { query: { search, limit: MOST } };
        const { items } = await answer(api.GET("/api/v1/tables", { params, signal }));
        return items.map(({ name }) => name);
      }
      const params = { path: { code: connection }, query: { search, limit: MOST } };
      const names = await answer(api.GET("/api/v1/connections/{code}/tables", { params, signal }));
      return names.map(({ table }) => table);
    },
    // While one types, what was found before; never the tables of another place.
    placeholderData: (before, query) => (query?.queryKey[2] === connection ? before : undefined),
  });
}
