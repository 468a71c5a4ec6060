import styles from "./picture/picture.module.css";
import type { TemplateWord } from "./templates";

type Tone = "on" | "soft" | "ghost";

interface Bar {
  /** From 0 to 1, of the height; what it stands on, where that is not the ground. */
  height: number;
  tone: Tone;
  from?: number;
}

interface Sketch {
  bars: readonly Bar[];
  /** A level line across, from 0 to 1. */
  line?: number;
  sign: string;
}

const bar = (height: number, tone: Tone = "soft", from = 0): Bar => ({ height, tone, from });
const all = (heights: readonly number[], tone: Tone = "soft") => heights.map((height) => bar(height, tone));
/** The same heights, with those at the given places in the accent colour. */
const some = (heights: readonly number[], places: readonly number[], other: Tone = "soft") =>
  heights.map((height, index) => bar(height, places.includes(index) ? "on" : other));

const UNEVEN = [0.5, 0.8, 0.35, 0.65, 0.9];
const RISING = [0.2, 0.35, 0.5, 0.7, 0.95];
const FALLING = [0.95, 0.75, 0.55, 0.4, 0.25];

const SKETCHES: Record<TemplateWord, Sketch> = {
  sum: { bars: all(UNEVEN, "on"), sign: "Σ" },
  count: { bars: all([0.6, 0.6, 0.6, 0.6, 0.6], "on"), sign: "5" },
  distinct: { bars: [bar(0.6, "on"), bar(0.6), bar(0.9, "on"), bar(0.3, "on"), bar(0.3)], sign: "3" },
  mean: { bars: all(UNEVEN), line: 0.64, sign: "x̄" },
  weighted: { bars: [bar(0.9), bar(0.9), bar(0.9), bar(0.3)], line: 0.75, sign: "w" },
  percentile: { bars: some(RISING, [3]), line: 0.7, sign: "P90" },
  lastValue: { bars: some(UNEVEN, [4], "ghost"), sign: "→|" },
  balance: { bars: some([0.6, 0.7, 0.5, 0.8, 0.7], [4]), line: 0.7, sign: "¥" },
  filtered: { bars: some(UNEVEN, [0, 3], "ghost"), sign: "▽" },
  monthToDate: { bars: [...all([0.4, 0.6, 0.5], "on"), ...all([0.5, 0.5], "ghost")], sign: "1→" },
  yearToDate: { bars: [...all([0.4, 0.6, 0.5, 0.7], "on"), bar(0.5, "ghost")], sign: "1→" },
  rolling: { bars: [...all([0.5, 0.8], "ghost"), ...all([0.5, 0.65, 0.9], "on")], sign: "7" },
  everything: { bars: all(RISING, "on"), sign: "∑→" },
  opening: { bars: some(UNEVEN, [0], "ghost"), sign: "|←" },
  previousMonth: { bars: some(UNEVEN, [3], "ghost"), sign: "←" },
  yearGrowth: { bars: [bar(0.55), bar(0.8, "on")], sign: "+45%" },
  monthGrowth: { bars: [bar(0.4, "ghost"), bar(0.6), bar(0.75, "on")], sign: "+25%" },
  share: { bars: [bar(0.35, "on"), bar(0.6, "ghost", 0.35)], sign: "37%" },
  index: { bars: all([0.5, 0.6, 0.75], "on"), line: 0.5, sign: "100" },
  target: { bars: all([0.7], "on"), line: 0.9, sign: "◎" },
  rank: { bars: some(FALLING, [0]), sign: "#1" },
  ratio: { bars: [bar(0.8, "on"), bar(0.5)], sign: "÷" },
  difference: { bars: [bar(0.9), bar(0.5, "ghost"), bar(0.4, "on", 0.5)], sign: "−" },
  formula: { bars: [bar(0.5), bar(0.3), bar(0.8, "on")], sign: "ƒ" },
  funnel: { bars: some(FALLING, [0, 4]), sign: "▸%" },
  perDay: { bars: all(UNEVEN), line: 0.64, sign: "/d" },
  perEach: { bars: all([0.6, 0.3, 0.8]), line: 0.57, sign: "/1" },
  variant: { bars: [bar(0.7), bar(0.7, "on")], sign: "≈" },
};

const WIDTH = 72;
const HEIGHT = 36;
const ROOM = 42;

/** A sketch of what a template computes; the words beside it say the same. */
export function TemplatePicture({ word }: { word: TemplateWord }) {
  const { bars, line, sign } = SKETCHES[word];
  const wide = ROOM / bars.length;
  const y = (level: number) => HEIGHT - 2 - level * (HEIGHT - 6);
  return (
    <svg className={styles.sketch} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {bars.map(({ height, tone, from = 0 }, index) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars of a drawing that never changes
          key={index}
          className={styles[tone]}
          x={index * wide + 1}
          width={wide - 2}
          y={y(from + height)}
          height={y(from) - y(from + height)}
          rx={1.5}
        />
      ))}
      {line !== undefined && <line className={styles.level} x1={0} x2={ROOM} y1={y(line)} y2={y(line)} />}
      <text className={styles.sign} x={ROOM + 4} y={HEIGHT / 2 + 4}>
        {sign}
      </text>
    </svg>
  );
}
