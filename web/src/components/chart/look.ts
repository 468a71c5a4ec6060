import type { Palette } from "@/app/theme/tokens";
import { fontFamily } from "@/app/theme/tokens";

/** What all charts share: font, grid, tooltip, axis colours. */
export function chartLook(palette: Palette) {
  return {
    textStyle: { fontFamily, color: palette.textSoft },
    color: [...palette.series],
    tooltip: {
      backgroundColor: palette.raised,
      borderColor: palette.line,
      padding: [8, 12],
      confine: true,
      textStyle: { color: palette.text, fontSize: 13, fontFamily },
      extraCssText: "box-shadow:0 6px 20px rgb(10 18 35 / 16%);border-radius:8px",
    },
  };
}

export function categoryAxis(palette: Palette) {
  return {
    type: "category" as const,
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.textSoft, hideOverlap: true },
  };
}

export function valueAxis(palette: Palette, write: (value: number) => string) {
  return {
    type: "value" as const,
    splitNumber: 4,
    axisLabel: { color: palette.textFaint, formatter: write },
    splitLine: { lineStyle: { color: palette.lineSoft } },
  };
}
