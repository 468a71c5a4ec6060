import { type ComponentProps, lazy, Suspense } from "react";
import { ChartSkeleton } from "@/components/Skeletons";

const EChart = lazy(() => import("./EChart"));

/** A chart; the library comes with the first one on a page. */
export function Chart(props: ComponentProps<typeof EChart>) {
  return (
    <Suspense fallback={<ChartSkeleton height={props.height} />}>
      <EChart {...props} />
    </Suspense>
  );
}
