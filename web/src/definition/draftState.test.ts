import { describe, expect, it } from "vitest";
import type { DraftView } from "@/api/schema";
import { isDirty, opened, savingOf, step, wantsSave } from "./draftState";
import type { Raw } from "./raw";

const text = (name: string): Raw => ({ kind: "metric", name: { zh: name } });

function view(revision: number, raw: Raw): DraftView {
  return {
    id: "01",
    kind: "metric",
    code: "",
    name: { zh: "", en: "" },
    raw,
    revision,
    state: "open",
    author: { username: "w", name: { zh: "", en: "" } },
    co_authors: [],
    base_version: null,
    base_moved: false,
    created_at: "",
    updated_at: "",
    faults: [],
    facts: null,
  };
}

describe("a draft that saves itself", () => {
  const begun = opened(view(1, text("a")), null);

  it("saves what was typed, and what was typed while it was saving", () => {
    let state = step(begun, { kind: "edit", raw: text("ab") });
    expect(wantsSave(state)).toBe(true);
    state = step(state, { kind: "send" });
    expect(wantsSave(state)).toBe(false);
    state = step(state, { kind: "edit", raw: text("abc") });
    state = step(state, { kind: "saved", view: view(2, text("ab")) });
    expect(state.raw).toEqual(text("abc"));
    expect(wantsSave(state)).toBe(true);
    state = step(step(state, { kind: "send" }), { kind: "saved", view: view(3, text("abc")) });
    expect(savingOf(state)).toBe("saved");
  });

  it("keeps the text and tries again when a save fails", () => {
    let state = step(begun, { kind: "edit", raw: text("ab") });
    state = step(step(state, { kind: "send" }), { kind: "failed", error: new Error("lost") });
    expect(state.raw).toEqual(text("ab"));
    expect(savingOf(state)).toBe("failed");
    expect(wantsSave(state)).toBe(true);
  });

  it("stops saving on a conflict until one side is chosen, and then keeps that side", () => {
    let state = step(begun, { kind: "edit", raw: text("mine") });
    state = step(step(state, { kind: "send" }), { kind: "conflict", theirs: view(5, text("theirs")) });
    expect(wantsSave(state)).toBe(false);
    expect(savingOf(state)).toBe("conflict");

    const mine = step(state, { kind: "keepMine" });
    expect(mine.raw).toEqual(text("mine"));
    expect(mine.stored.revision).toBe(5);
    expect(wantsSave(mine)).toBe(true);

    const theirs = step(state, { kind: "keepTheirs" });
    expect(theirs.raw).toEqual(text("theirs"));
    expect(isDirty(theirs)).toBe(false);
    expect(theirs.epoch).toBe(state.epoch + 1);
  });

  it("is in no conflict with its own save whose answer was lost", () => {
    let state = step(begun, { kind: "edit", raw: text("ab") });
    state = step(step(state, { kind: "send" }), { kind: "failed", error: new Error("lost") });
    state = step(state, { kind: "edit", raw: text("abc") });
    state = step(step(state, { kind: "send" }), { kind: "conflict", theirs: view(2, text("ab")) });
    expect(state.theirs).toBeNull();
    expect(state.raw).toEqual(text("abc"));
    expect(wantsSave(state)).toBe(true);
  });
});

describe("a page that is opened again", () => {
  it("restores text that had not reached the server", () => {
    const state = opened(view(3, text("a")), { raw: text("ab"), revision: 3, sent: null });
    expect(state.raw).toEqual(text("ab"));
    expect(wantsSave(state)).toBe(true);
  });

  it("asks when somebody else saved meanwhile", () => {
    const state = opened(view(4, text("theirs")), { raw: text("ab"), revision: 3, sent: null });
    expect(savingOf(state)).toBe("conflict");
    expect(state.raw).toEqual(text("ab"));
  });

  it("knows its own save that came through after the page was left", () => {
    const state = opened(view(4, text("ab")), { raw: text("abc"), revision: 3, sent: text("ab") });
    expect(state.theirs).toBeNull();
    expect(wantsSave(state)).toBe(true);
  });

  it("forgets a copy that says the same, whatever the order of its fields", () => {
    const stored = view(4, { kind: "metric", code: "x" });
    expect(isDirty(opened(stored, { raw: { code: "x", kind: "metric" }, revision: 2, sent: null }))).toBe(
      false,
    );
  });
});
