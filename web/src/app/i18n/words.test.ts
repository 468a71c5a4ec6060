import { describe, expect, it } from "vitest";

type Words = { [key: string]: string | Words };

const files = import.meta.glob<Words>("/src/**/locales/*.json", { eager: true, import: "default" });
const rooms = Object.keys(files).filter((path) => path.endsWith("/zh.json"));

function flat(words: Words, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

function places(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? "").sort();
}

describe.each(rooms)("%s", (path) => {
  const zh = flat(files[path] as Words);
  const en = flat(files[path.replace("zh.json", "en.json")] as Words);

  it("has the same keys in both languages", () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it("has no empty word and the same places in both", () => {
    for (const [key, text] of zh) {
      expect(text.trim(), key).not.toBe("");
      expect(en.get(key)?.trim(), key).not.toBe("");
      expect(places(en.get(key) ?? ""), key).toEqual(places(text));
    }
  });

  it("has no Chinese in the English words, and full-width marks in the Chinese ones", () => {
    for (const [key, text] of en) expect(text, key).not.toMatch(/[一-鿿]/);
    for (const [key, text] of zh) expect(text, key).not.toMatch(/[一-鿿][,;?!]/);
  });
});
