export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Lines of two texts in one order: what stayed, what went, what came (longest common subsequence). */
export function lineDiff(before: string, after: string): DiffLine[] {
  const old = before === "" ? [] : before.trimEnd().split("\n");
  const fresh = after === "" ? [] : after.trimEnd().split("\n");
  const width = fresh.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = fresh.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        old[row] === fresh[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < fresh.length) {
    const text = old[row];
    const next = fresh[column];
    if (text !== undefined && text === next) {
      lines.push({ kind: "same", text });
      row++;
      column++;
    } else if (text !== undefined && (next === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ kind: "removed", text });
      row++;
    } else {
      lines.push({ kind: "added", text: next ?? "" });
      column++;
    }
  }
  return lines;
}
