import { expect, it } from "vitest";
import { lineDiff } from "./lineDiff";

it("tells what stayed, what went and what came, in order", () => {
  expect(lineDiff("a\nb\nc\n", "a\nx\nc\nd\n")).toEqual([
    { kind: "same", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "added", text: "x" },
    { kind: "same", text: "c" },
    { kind: "added", text: "d" },
  ]);
});

it("rebuilds both texts", () => {
  const before = "unit: 元\nformula: a / b\ntags:\n  - x\n";
  const after = "formula: a / c\ntags:\n  - x\n  - y\nunit: 元\n";
  const lines = lineDiff(before, after);
  const side = (gone: string) =>
    `${lines
      .filter((line) => line.kind !== gone)
      .map((line) => line.text)
      .join("\n")}\n`;
  expect(side("added")).toBe(before);
  expect(side("removed")).toBe(after);
});

it("is all new without a text before", () => {
  expect(lineDiff("", "a\n").map((line) => line.kind)).toEqual(["added"]);
});
