/** The look in one place: antd, our own CSS (as custom properties) and the charts read the same palette. */

export type Mode = "light" | "dark";

export interface Palette {
  accent: string;
  accentSoft: string;
  onAccent: string;
  page: string;
  card: string;
  raised: string;
  hover: string;
  line: string;
  lineSoft: string;
  text: string;
  textSoft: string;
  textFaint: string;
  good: string;
  goodSoft: string;
  bad: string;
  badSoft: string;
  warn: string;
  warnSoft: string;
  series: readonly string[];
}

const light: Palette = {
  accent: "#2b57c4",
  accentSoft: "#eaf0fd",
  onAccent: "#ffffff",
  page: "#f4f5f8",
  card: "#ffffff",
  raised: "#ffffff",
  hover: "#f2f4f8",
  line: "#dde1e8",
  lineSoft: "#eceef3",
  text: "#182132",
  textSoft: "#545f73",
  textFaint: "#6d778a",
  good: "#0d7a5f",
  goodSoft: "#e4f4ef",
  bad: "#c0392b",
  badSoft: "#fcecea",
  warn: "#945c00",
  warnSoft: "#fdf3dd",
  series: ["#2b57c4", "#d98324", "#2f8f78", "#9a5bb5", "#b84a62", "#4f7d9e", "#8a7a2c", "#6a6f7c"],
};

const dark: Palette = {
  accent: "#7ea2f7",
  accentSoft: "#1d2a47",
  onAccent: "#0d1425",
  page: "#0f1218",
  card: "#171b23",
  raised: "#1e232d",
  hover: "#1f2530",
  line: "#303745",
  lineSoft: "#252b37",
  text: "#e7eaf1",
  textSoft: "#aab3c3",
  textFaint: "#8a94a6",
  good: "#4cc3a0",
  goodSoft: "#14302a",
  bad: "#f08377",
  badSoft: "#3a1e1d",
  warn: "#e2b35b",
  warnSoft: "#352a14",
  series: ["#7ea2f7", "#e5a45c", "#5fbfa6", "#c08fd8", "#e0849a", "#86b1cf", "#c2b25e", "#9aa1b0"],
};

export const palettes: Record<Mode, Palette> = { light, dark };

/** System fonts only; Chinese faces after the Latin ones so that digits keep their tabular form. */
export const fontFamily =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", ' +
  '"Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", sans-serif';

export const monoFamily =
  'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", ' +
  '"Noto Sans Mono CJK SC", monospace';

/** Turn `textSoft` into `--text-soft`. */
function cssName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Put the palette on the document as custom properties. */
export function applyPalette(mode: Mode, root: HTMLElement = document.documentElement): void {
  root.dataset.theme = mode;
  root.style.colorScheme = mode;
  for (const [name, value] of Object.entries(palettes[mode])) {
    if (typeof value === "string") root.style.setProperty(cssName(name), value);
  }
  root.style.setProperty("--font", fontFamily);
  root.style.setProperty("--mono", monoFamily);
}
