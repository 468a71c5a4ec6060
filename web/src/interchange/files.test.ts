import { describe, expect, it } from "vitest";
import { allTexts, withFile, withoutFile } from "./files";

const file = (name: string, text: string, path = "") => ({
  name,
  webkitRelativePath: path,
  text: () => Promise.resolve(text),
});

describe("files of an import", () => {
  it("keeps each file once, by its path where it has one", async () => {
    const first = await withFile({}, file("a.yml", "1"));
    const second = await withFile(first, file("a.yml", "2", "models/a.yml"));
    expect(await withFile(second, file("a.yml", "3"))).toEqual({ "a.yml": "3", "models/a.yml": "2" });
  });

  it("removes one file and leaves the others", () => {
    expect(withoutFile({ a: "1", b: "2" }, "a")).toEqual({ b: "2" });
  });

  it("adds what was pasted, unless it is blank", () => {
    expect(allTexts({ a: "1" }, "  \n", "p")).toEqual({ a: "1" });
    expect(allTexts({ a: "1" }, "x", "p")).toEqual({ a: "1", p: "x" });
  });
});
