import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme/ThemeProvider";
import { axisText, type Level } from "@/format/date";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { Chart } from "./Chart";
import { categoryAxis, chartLook, valueAxis } from "./look";
import styles from "./TrendChart.module.css";
import { type TooltipLine, tooltipElement } from "./tooltip";

interface TrendPoint {
  /** First day of the period. */
  period: string;
  value: number | null;
  /** The value that it is compared with, when a comparison was asked for. */
  compared?: number | null;
}

interface Props {
  name: string;
  points: readonly TrendPoint[];
  grain: Level;
  kind: NumberKind;
  comparedName?: string;
  /** The days that each period is compared with, in words. */
  comparedDays?: ReadonlyMap<string, string>;
  /** The last period is still running: its part of the line is dashed. */
  running?: boolean;
  height?: number;
}

/** How a metric moved: one line, dashed where the period still runs, a faint dotted line for the comparison, and which is which. */
export function TrendChart({
  name,
  points,
  grain,
  kind,
  comparedName,
  comparedDays,
  running = false,
  height = 300,
}: Props) {
  const { t } = useTranslation();
  const { palette } = useTheme();
  const format = useFormat();

  const option = useMemo(() => {
    const values = points.map((point) => point.value);
    const last = points.length - 1;
    const split = running && last > 0;
    const solid = split ? values.map((value, index) => (index === last ? null : value)) : values;
    const tail = split ? values.map((value, index) => (index >= last - 1 ? value : null)) : [];
    const few = points.length <= 40;
    const line = {
      type: "line" as const,
      name,
      color: palette.accent,
      symbol: "circle",
      symbolSize: 5,
      showSymbol: few,
    };
    const write = (value: number) => format.axis(value, kind);
    const lines = (index: number): TooltipLine[] => {
      const point = points[index];
      if (!point) return [];
      const text = (value: number | null | undefined) =>
        typeof value === "number" ? format.exactText(value, kind) : "–";
      const now = { color: palette.accent, name, value: text(point.value) };
      if (!comparedName) return [now];
      const then = comparedDays?.get(point.period) ?? comparedName;
      return [now, { color: palette.textFaint, name: then, value: text(point.compared) }];
    };
    return {
      ...chartLook(palette),
      grid: { left: 4, right: 16, top: 16, bottom: 4, outerBoundsMode: "same" as const },
      tooltip: {
        ...chartLook(palette).tooltip,
        trigger: "axis" as const,
        axisPointer: { lineStyle: { color: palette.line } },
        formatter: (items: unknown) => {
          const index = (items as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const head = format.period(points[index]?.period ?? "", grain);
          return tooltipElement(
            running && index === last ? `${head} (${t("chart.running")})` : head,
            lines(index),
          );
        },
      },
      xAxis: {
        ...categoryAxis(palette),
        boundaryGap: false,
        data: points.map((point) => axisText(point.period, grain)),
      },
      yAxis: { ...valueAxis(palette, write), scale: true },
      series: [
        ...(comparedName
          ? [
              {
                ...line,
                name: comparedName,
                color: palette.textFaint,
                showSymbol: false,
                lineStyle: { width: 1.5, type: "dotted" as const },
                data: points.map((point) => point.compared ?? null),
              },
            ]
          : []),
        {
          ...line,
          lineStyle: { width: 2 },
          areaStyle: { color: palette.accent, opacity: 0.06 },
          data: solid,
        },
        ...(split ? [{ ...line, lineStyle: { width: 2, type: "dashed" as const }, data: tail }] : []),
      ],
    };
  }, [points, grain, kind, name, comparedName, comparedDays, running, palette, format, t]);

  const chart = <Chart option={option} height={height} label={t("chart.trendOf", { name })} />;
  if (!comparedName) return chart;
  return (
    <>
      <ul className={styles.legend}>
        <li>
          <span className={styles.line} aria-hidden="true" />
          {name}
        </li>
        <li>
          <span className={`${styles.line} ${styles.dotted}`} aria-hidden="true" />
          {comparedName}
        </li>
      </ul>
      {chart}
    </>
  );
}
