import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { CalendarYear } from "@/api/schema";
import { moved } from "./days";

/** One day of the grid can be reached by Tab; the arrow keys move that, over the ends of months and years. */
export function useRoving(
  at: string,
  year: CalendarYear,
  view: "year" | "month",
  onGoTo: (day: string) => void,
) {
  const ref = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(at);
  const [walked, setWalked] = useState(false);
  const shown = view === "year" ? String(year.year) : at.slice(0, 7);
  const here = current.startsWith(shown) ? current : at;

  useEffect(() => {
    if (!walked) return;
    const found = ref.current?.querySelector<HTMLElement>(`[data-day="${here}"]`);
    if (found) {
      found.focus();
      setWalked(false);
    }
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const from = event.target instanceof HTMLElement ? event.target.dataset.day : undefined;
    const to = from && !event.altKey && !event.ctrlKey && !event.metaKey ? moved(event.key, from) : null;
    if (to === null) return;
    event.preventDefault();
    const toYear = Number(to.slice(0, 4));
    if (toYear < year.first_year || toYear > year.last_year) return;
    setCurrent(to);
    setWalked(true);
    if (!to.startsWith(shown)) onGoTo(to);
  };
  return { ref, current: here, onKeyDown };
}
