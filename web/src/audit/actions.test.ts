import { describe, expect, it } from "vitest";
import { familyOf, placeOf, told, written } from "./actions";
import zh from "./locales/zh.json";

describe("entries of the trail", () => {
  it("belong to the family before the dot", () => {
    expect(familyOf("policy.changed")).toBe("policy");
    expect(familyOf("unheard.of")).toBeNull();
  });

  it("show the fields that became other ones, also inside, and nothing that stayed", () => {
    const { differences, facts } = told({
      before: { name: { zh: "甲", en: "A" }, enabled: true, list: [1] },
      after: { name: { zh: "乙", en: "A" }, enabled: true, list: [1, 2] },
      note: "x",
    });
    expect(differences).toEqual([
      { path: "name.zh", before: "甲", after: "乙" },
      { path: "list", before: [1], after: [1, 2] },
    ]);
    expect(facts).toEqual([["note", "x"]]);
  });

  it("show what was there before it was deleted", () => {
    expect(told({ before: { dataset: "sales" } }).differences).toEqual([
      { path: "dataset", before: "sales", after: undefined },
    ]);
  });

  it("lead to what they are about, with ids that cannot leave the path", () => {
    const all = () => true;
    expect(placeOf({ kind: "person", id: "li.na" }, all)).toBe("/admin/people/li.na");
    expect(placeOf({ kind: "metric", id: "a/../b" }, all)).toBe("/metrics/a%2F..%2Fb");
    expect(placeOf({ kind: "token", id: "1" }, all)).toBeNull();
    expect(placeOf({ kind: "table", id: "sales" }, () => false)).toBeNull();
  });

  it("write nothing as a dash and lists as they are", () => {
    expect([written(null), written(""), written(["a"]), written(false)]).toEqual([
      "–",
      "–",
      '["a"]',
      "false",
    ]);
  });

  it("have names for the actions of identity", () => {
    expect(Object.keys(zh.action)).toContain("policy_changed");
  });
});
