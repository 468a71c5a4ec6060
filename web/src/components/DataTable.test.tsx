import { fireEvent, render, screen, within } from "@testing-library/react";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "@/app/i18n/language";
import { DataTable, type TableColumn } from "./DataTable";

interface Row {
  name: string;
  value: number;
}

const columns: TableColumn<Row>[] = [
  { key: "name", title: "Name", render: (row) => row.name },
  {
    key: "value",
    title: "Value",
    render: (row) => row.value,
    compare: (one, other) => one.value - other.value,
  },
];

beforeAll(() => setLanguage("en"));
beforeEach(() => {
  // happy-dom lays nothing out: give the scrolling box a size, so that the virtual list has a window.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
});

const many = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ name: `m${index}`, value: index % 7 }));

function show(rows: Row[], onEnd?: () => void) {
  render(<DataTable label="Things" rows={rows} columns={columns} rowKey={(row) => row.name} onEnd={onEnd} />);
  return screen.getByRole("table", { name: "Things" });
}

it("keeps only the rows in sight in the page and tells the whole count", () => {
  const table = show(many(10_000));
  const shown = within(table).getAllByRole("row").length;
  expect(shown).toBeGreaterThan(5);
  expect(shown).toBeLessThan(60);
  expect(table.getAttribute("aria-rowcount")).toBe("10000");
});

it("asks for more only when the end is near", () => {
  const far = vi.fn();
  show(many(500), far);
  expect(far).not.toHaveBeenCalled();
  const near = vi.fn();
  render(<DataTable label="Few" rows={many(12)} columns={columns} rowKey={(row) => row.name} onEnd={near} />);
  expect(near).toHaveBeenCalled();
});

it("sorts by a column and says so", () => {
  const table = show([
    { name: "small", value: 1 },
    { name: "large", value: 3 },
  ]);
  fireEvent.click(within(table).getByRole("button", { name: "Value" }));
  expect(within(table).getAllByRole("columnheader")[1]?.getAttribute("aria-sort")).toBe("descending");
  expect(within(table).getAllByRole("cell")[0]?.textContent).toBe("large");
});
