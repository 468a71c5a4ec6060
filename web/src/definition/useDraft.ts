import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { DraftView } from "@/api/schema";
import { SESSION_KEY } from "@/app/queryClient";
import { useSession } from "@/app/session";
import { isDirty, opened, step, wantsSave } from "./draftState";
import { type Raw, withValue } from "./raw";
import { forgetUnsaved, keepUnsaved, readUnsaved } from "./unsaved";

const PAUSE = 600;
const RETRY = 4000;

export function draftKey(id: string) {
  return ["drafts", "one", id] as const;
}

function theirsOf(error: unknown): DraftView | null {
  if (!(error instanceof ApiError) || error.code !== "draft_changed") return null;
  return (error.problem.params.other as DraftView | undefined) ?? null;
}

/** A draft that saves itself: at once in this browser, a moment after the last keystroke on the server. */
export function useDraft(stored: DraftView) {
  const { person } = useSession();
  const client = useQueryClient();
  const id = stored.id;
  const [state, tell] = useReducer(step, null, () =>
    opened(stored, stored.state === "open" ? readUnsaved(person.username, id) : null),
  );
  const latest = useRef(state);
  latest.current = state;

  useEffect(() => {
    const { raw, sending, lost } = state;
    const unsaved = { raw, revision: state.stored.revision, sent: sending ?? lost };
    if (isDirty(state)) keepUnsaved(person.username, id, unsaved);
    else forgetUnsaved(person.username, id);
  }, [state, person.username, id]);

  const save = useCallback(async () => {
    const { raw, stored: base } = latest.current;
    tell({ kind: "send" });
    try {
      const view = await answer(
        api.PUT("/api/v1/drafts/{draft_id}", {
          params: { path: { draft_id: id } },
          body: { raw, expected_revision: base.revision },
        }),
      );
      client.setQueryData(draftKey(id), view);
      tell({ kind: "saved", view });
    } catch (error) {
      const theirs = theirsOf(error);
      if (theirs) return tell({ kind: "conflict", theirs });
      // The session ended while somebody was typing: the gate leads to the log-in page and back here.
      if (error instanceof ApiError && error.status === 401)
        void client.invalidateQueries({ queryKey: SESSION_KEY });
      tell({ kind: "failed", error });
    }
  }, [client, id]);

  const due = wantsSave(state);
  const failing = state.error !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each keystroke starts the pause again
  useEffect(() => {
    if (!due) return;
    const timer = setTimeout(() => void save(), failing ? RETRY : PAUSE);
    return () => clearTimeout(timer);
  }, [due, failing, state.raw, save]);

  const set = useCallback((path: string, value: unknown) => {
    const raw = withValue(latest.current.raw, path, value);
    // Two fields may be set in one event: the second must see the first.
    latest.current = { ...latest.current, raw };
    tell({ kind: "edit", raw });
  }, []);
  const write = useCallback((raw: Raw) => {
    latest.current = { ...latest.current, raw };
    tell({ kind: "edit", raw });
  }, []);
  return { state, tell, set, write, save };
}

export type Draft = ReturnType<typeof useDraft>;
