import { useTranslation } from "react-i18next";
import type { Bin } from "@/api/schema";
import { useFormat } from "@/format/useFormat";
import styles from "./profile.module.css";

const [WIDTH, HEIGHT] = [200, 48];

/** Counts of values from the smallest to the greatest, small enough for a list. */
export function Histogram({ name, bins }: { name: string; bins: readonly Bin[] }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const most = Math.max(...bins.map((bin) => bin.count), 1);
  const step = WIDTH / bins.length;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={styles.histogram}
      role="img"
      aria-label={t("profile.histogram", { name })}
    >
      {bins.map((bin, place) => {
        const height = bin.count === 0 ? 0 : Math.max((bin.count / most) * HEIGHT, 1);
        return (
          <g key={String(bin.low)}>
            <title>{`${shown(bin.low)} – ${shown(bin.high)}: ${format.count(bin.count)}`}</title>
            <rect x={place * step} y={0} width={step} height={HEIGHT} fill="transparent" />
            <rect
              x={place * step + 0.5}
              y={HEIGHT - height}
              width={Math.max(step - 1, 0.5)}
              height={height}
              className={styles.count}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** A border of a bar; a computed one has more digits than anybody reads. */
function shown(border: Bin["low"]): string {
  return typeof border === "number" ? String(Number(border.toPrecision(6))) : String(border);
}
