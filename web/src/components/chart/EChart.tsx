import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, type EChartsType, init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

register([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Props {
  option: EChartsCoreOption;
  height: number;
  label: string;
  onPick?: (index: number) => void;
}

/** The chart library in a box that follows its size. Load it through `Chart`, never directly. */
export default function EChart({ option, height, label, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, null, { renderer: "svg" });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption({ animationDuration: 250, ...option }, { notMerge: true });
  }, [option]);

  useEffect(() => {
    const made = chart.current;
    if (!made || !onPick) return;
    const picked = (event: { dataIndex: number }) => onPick(event.dataIndex);
    made.on("click", picked as (event: unknown) => void);
    return () => {
      made.off("click");
    };
  }, [onPick]);

  return <div ref={box} role="img" aria-label={label} style={{ height, width: "100%" }} />;
}
