export interface TooltipLine {
  color?: string;
  name: string;
  value: string;
}

/** A tooltip as an element: texts of the data never become markup. */
export function tooltipElement(head: string, lines: readonly TooltipLine[]): HTMLElement {
  const box = document.createElement("div");
  const title = document.createElement("div");
  title.textContent = head;
  title.style.cssText = "font-weight:600;margin-bottom:4px";
  box.append(title);
  for (const line of lines) {
    const row = document.createElement("div");
    row.style.cssText = "display:flex;gap:8px;align-items:center;font-variant-numeric:tabular-nums";
    const dot = document.createElement("span");
    dot.style.cssText = `width:8px;height:8px;border-radius:2px;background:${line.color ?? "transparent"}`;
    const name = document.createElement("span");
    name.textContent = line.name;
    const value = document.createElement("span");
    value.textContent = line.value;
    value.style.cssText = "margin-left:auto;padding-left:16px;font-weight:600";
    row.append(dot, name, value);
    box.append(row);
  }
  return box;
}
