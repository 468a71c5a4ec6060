import type { DraftView } from "@/api/schema";
import { type Raw, same } from "./raw";

/** Where the typed text stands towards the server: nothing typed is ever dropped without being asked. */
export interface DraftState {
  /** What is on the page. */
  raw: Raw;
  /** The last answer of the server. */
  stored: DraftView;
  /** What is on its way to the server; null when nothing is. */
  sending: Raw | null;
  /** The text that a page left before its answer came had sent. */
  lost: Raw | null;
  /** Somebody saved in between: theirs is shown beside ours until one is chosen. */
  theirs: DraftView | null;
  /** Why the last save failed; the next one is tried again. */
  error: unknown;
  /** Rises when the content was replaced from outside, so that editors take it over. */
  epoch: number;
}

export type DraftEvent =
  | { kind: "edit"; raw: Raw }
  | { kind: "send" }
  | { kind: "saved"; view: DraftView }
  | { kind: "failed"; error: unknown }
  | { kind: "conflict"; theirs: DraftView }
  | { kind: "keepMine" }
  | { kind: "keepTheirs" }
  | { kind: "replaced"; view: DraftView };

/** What this browser still held when the page was opened: text that had not reached the server. */
export interface Unsaved {
  raw: Raw;
  revision: number;
  /** What was on its way then: its answer may never have come. */
  sent: Raw | null;
}

export function opened(stored: DraftView, unsaved: Unsaved | null): DraftState {
  const base: DraftState = {
    raw: stored.raw,
    stored,
    sending: null,
    lost: null,
    theirs: null,
    error: null,
    epoch: 0,
  };
  if (!unsaved || same(unsaved.raw, stored.raw)) return base;
  // A save of ours whose answer was lost (the page was reloaded meanwhile) is no stranger's.
  const isOurs = unsaved.revision === stored.revision || same(unsaved.sent, stored.raw);
  return { ...base, raw: unsaved.raw, lost: unsaved.sent, theirs: isOurs ? null : stored };
}

export function isDirty(state: DraftState): boolean {
  return !same(state.raw, state.stored.raw);
}

/** Tell whether a save should be sent now. */
export function wantsSave(state: DraftState): boolean {
  return state.sending === null && state.theirs === null && isDirty(state);
}

export function step(state: DraftState, event: DraftEvent): DraftState {
  switch (event.kind) {
    case "edit":
      return { ...state, raw: event.raw };
    case "send":
      return { ...state, sending: state.raw };
    case "saved":
      return { ...state, stored: event.view, sending: null, error: null };
    case "failed":
      // The answer may be lost rather than the save: the next conflict may be with ourselves.
      return { ...state, sending: null, lost: state.sending, error: event.error };
    case "conflict":
      if (isOurOwn(state, event.theirs))
        return { ...state, stored: event.theirs, sending: null, error: null };
      return { ...state, sending: null, theirs: event.theirs };
    case "keepMine":
      // Ours is written over theirs, knowingly: the next save quotes their revision.
      return state.theirs ? { ...state, stored: state.theirs, theirs: null, error: null } : state;
    case "keepTheirs":
      if (!state.theirs) return state;
      return { ...opened(state.theirs, null), epoch: state.epoch + 1 };
    case "replaced":
      return { ...opened(event.view, null), epoch: state.epoch + 1 };
  }
}

/** Tell whether what the server holds is what this person typed here: an earlier save whose answer was lost. */
function isOurOwn(state: DraftState, theirs: DraftView): boolean {
  return same(theirs.raw, state.raw) || same(theirs.raw, state.lost);
}

export type Saving = "saved" | "saving" | "waiting" | "failed" | "conflict";

export function savingOf(state: DraftState): Saving {
  if (state.theirs) return "conflict";
  if (state.sending) return "saving";
  if (!isDirty(state)) return "saved";
  return state.error ? "failed" : "waiting";
}
