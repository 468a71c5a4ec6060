import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme/ThemeProvider";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { Chart } from "./Chart";
import { categoryAxis, chartLook, valueAxis } from "./look";
import { tooltipElement } from "./tooltip";

interface SplitPart {
  label: string;
  value: number | null;
}

interface Props {
  name: string;
  /** In the order to show, first on top. */
  parts: readonly SplitPart[];
  kind: NumberKind;
}

const ROW = 30;

/** One bar for each member of a dimension. */
export function SplitChart({ name, parts, kind }: Props) {
  const { t } = useTranslation();
  const { palette } = useTheme();
  const format = useFormat();

  const option = useMemo(() => {
    const look = chartLook(palette);
    return {
      ...look,
      grid: { left: 4, right: 72, top: 4, bottom: 4, outerBoundsMode: "same" as const },
      tooltip: {
        ...look.tooltip,
        trigger: "item" as const,
        formatter: (item: unknown) => {
          const part = parts[(item as { dataIndex: number }).dataIndex];
          const value = typeof part?.value === "number" ? format.exactText(part.value, kind) : "–";
          return tooltipElement(part?.label ?? "", [{ color: palette.accent, name, value }]);
        },
      },
      xAxis: { ...valueAxis(palette, () => ""), splitLine: { show: false }, axisLabel: { show: false } },
      yAxis: {
        ...categoryAxis(palette),
        inverse: true,
        axisLine: { show: false },
        axisLabel: { color: palette.text, width: 120, overflow: "truncate" as const },
        data: parts.map((part) => part.label),
      },
      series: [
        {
          type: "bar" as const,
          name,
          data: parts.map((part) => part.value),
          barMaxWidth: 16,
          itemStyle: { color: palette.accent, borderRadius: [0, 3, 3, 0] },
          label: {
            show: true,
            position: "right" as const,
            color: palette.textSoft,
            formatter: (item: unknown) => {
              const value = parts[(item as { dataIndex: number }).dataIndex]?.value;
              return typeof value === "number" ? format.shortText(value, kind) : "–";
            },
          },
        },
      ],
    };
  }, [parts, kind, name, palette, format]);

  return (
    <Chart
      option={option}
      height={Math.max(parts.length * ROW + 8, 80)}
      label={t("chart.splitOf", { name })}
    />
  );
}
