import { describe, expect, it } from "vitest";
import { type AttributeLine, attributesOf, faultOf, linesOf } from "./attributes";

describe("attributes of people and departments", () => {
  it("keep their form through the editor", () => {
    const attributes = { regions: ["East", "West"], level: 3, tester: false, site: "SZ" };
    expect(attributesOf(linesOf(attributes))).toEqual(attributes);
  });

  it("tell a name that policies cannot refer to, a repeated one, and a number that is none", () => {
    const good: AttributeLine = { name: "regions", kind: "list", texts: [] };
    const again: AttributeLine = { ...good };
    expect(faultOf(good, [good])).toBeNull();
    expect(faultOf({ ...good, name: "Regions!" }, [])).toBe("name");
    expect(faultOf(again, [good, again])).toBe("taken");
    expect(faultOf({ name: "level", kind: "number", texts: ["3.5"] }, [])).toBe("number");
  });
});
