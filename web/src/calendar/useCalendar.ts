import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { paths } from "@/api/schema";

export type Change = paths["/api/v1/calendar/edits"]["post"]["requestBody"]["content"]["application/json"];

export function useYear(year: number) {
  return useQuery({
    queryKey: ["calendar", "year", year],
    queryFn: () => answer(api.GET("/api/v1/calendar/years/{year}", { params: { path: { year } } })),
    placeholderData: keepPreviousData,
  });
}

export function useDay(day: string) {
  return useQuery({
    queryKey: ["calendar", "day", day],
    queryFn: () => answer(api.GET("/api/v1/calendar/days/{day}", { params: { path: { day } } })),
  });
}

/** Send an edit; everything that shows the calendar is read again afterwards. */
export function useEdit(onDone: () => void) {
  const done = useDone(onDone);
  return useMutation({
    mutationFn: (body: Change) => answer(api.POST("/api/v1/calendar/edits", { body })),
    onSuccess: done,
  });
}

/** Take an edit back. */
export function useUndo(onDone: () => void) {
  const done = useDone(onDone);
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; reason: string }) =>
      answer(
        api.POST("/api/v1/calendar/edits/{edit_id}/undo", {
          params: { path: { edit_id: id } },
          body: { reason },
        }),
      ),
    onSuccess: done,
  });
}

function useDone(onDone: () => void) {
  const { t } = useTranslation("calendar");
  const queries = useQueryClient();
  const { message } = App.useApp();
  return () => {
    for (const key of ["calendar", "tables"]) void queries.invalidateQueries({ queryKey: [key] });
    void message.success(t("saved"));
    onDone();
  };
}
