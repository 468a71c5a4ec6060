import type { ForeignItem, ForeignReport } from "@/api/schema";

export interface Counts {
  fresh: number;
  changed: number;
  same: number;
  faulty: number;
}

/** How many definitions are new, changed, already published, or at fault. */
export function countsOf(report: ForeignReport): Counts {
  const count = (holds: (item: ForeignItem) => boolean) => report.items.filter(holds).length;
  return {
    fresh: count((item) => item.change === "new"),
    changed: count((item) => item.change === "changed"),
    same: count((item) => item.change === "same"),
    faulty: count((item) => item.faults.length > 0),
  };
}
