import { useTranslation } from "react-i18next";
import { axisText } from "@/format/date";
import { axisOf, placeOf, stretchOf } from "./axis";
import type { Asked } from "./counted";
import { dayCount, type Span } from "./days";
import styles from "./picture.module.css";

const WIDTH = 640;
const LANE = 18;
const TOP = 16;
const GAP = 8;
const LINE = TOP + 2 * LANE + 2 * GAP;
const HEIGHT = LINE + 24;
/** So that a single day of many years can be seen. */
const NARROWEST = 4;
/** Up to so many days, each is told from the next. */
const MOST_CELLS = 70;

interface Props {
  asked: Asked;
  counted: readonly Span[];
  label: string;
}

/** Two lanes on one line of time: the period asked for, and the days that count for it. */
export function TimeLine({ asked, counted, label }: Props) {
  const { t } = useTranslation("definition");
  const axis = axisOf([asked, ...counted], asked.weekStart);
  const days = dayCount(axis.first, axis.last);
  const cells = days <= MOST_CELLS ? days : 0;
  return (
    <>
      <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {axis.marks.map((mark) => (
          <line
            key={mark}
            className={styles.mark}
            x1={x(placeOf(mark, axis))}
            x2={x(placeOf(mark, axis))}
            y1={TOP - 8}
            y2={LINE + 5}
          />
        ))}
        <Stretch span={asked} lane={0} axis={axis} className={styles.asked} />
        {counted.map((span) => (
          <Stretch key={span.start} span={span} lane={1} axis={axis} className={styles.counted} />
        ))}
        {Array.from({ length: cells }, (_, index) => index / days).map((place) => (
          <line key={place} className={styles.cell} x1={x(place)} x2={x(place)} y1={TOP} y2={LINE - GAP} />
        ))}
        <line className={styles.axis} x1={0} x2={WIDTH} y1={LINE} y2={LINE} />
        {axis.marks.map((mark, index) => (
          <text
            key={mark}
            className={index % 2 === 1 ? `${styles.text} ${styles.second}` : styles.text}
            x={x(placeOf(mark, axis)) + 3}
            y={LINE + 18}
          >
            {axisText(mark, axis.unit)}
          </text>
        ))}
      </svg>
      <ul className={`${styles.legend} small soft`} aria-hidden="true">
        <li className={styles.askedKey}>{t("picture.asked")}</li>
        <li className={styles.countedKey}>{t("picture.counted")}</li>
      </ul>
    </>
  );
}

function x(place: number): number {
  return place * WIDTH;
}

interface StretchProps {
  span: Span;
  lane: number;
  axis: Parameters<typeof stretchOf>[1];
  className: string | undefined;
}

/** One stretch of days; where it has no end, an arrow says that it goes on. */
function Stretch({ span, lane, axis, className }: StretchProps) {
  const { from, to } = stretchOf(span, axis);
  const left = x(from);
  const right = Math.max(x(to), left + NARROWEST);
  const top = TOP + lane * (LANE + GAP);
  const [middle, bottom] = [top + LANE / 2, top + LANE];
  const start = span.start === null ? `${left} ${middle} L ${left + LANE / 2}` : `${left} ${top} L ${left}`;
  const end =
    span.end === null
      ? `L ${right - LANE / 2} ${top} L ${right} ${middle} L ${right - LANE / 2} ${bottom}`
      : `L ${right} ${top} L ${right} ${bottom}`;
  const close = span.start === null ? `L ${left + LANE / 2} ${bottom} Z` : `L ${left} ${bottom} Z`;
  return <path className={className} d={`M ${start} ${top} ${end} ${close}`} />;
}
