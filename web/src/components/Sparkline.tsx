import { useId } from "react";

interface Props {
  values: readonly (number | null)[];
  label: string;
  width?: number;
  height?: number;
}

/** A small line without axes, drawn without the chart library. Gaps stay gaps. */
export function Sparkline({ values, label, width = 120, height = 32 }: Props) {
  const fade = useId();
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <span className="faint small">–</span>;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const pad = 3;
  const x = (index: number) => pad + (index / (values.length - 1)) * (width - 2 * pad);
  const y = (value: number) => height - pad - ((value - low) / span) * (height - 2 * pad);
  let path = "";
  let broken = true;
  values.forEach((value, index) => {
    if (value === null) {
      broken = true;
      return;
    }
    path += `${broken ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    broken = false;
  });
  const last = values.at(-1);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{label}</title>
      <defs>
        <linearGradient id={fade} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor="var(--accent)" stopOpacity="0.16" />
          <stop offset="1" stopColor="var(--accent)" stopOpacity="0" />
        </linearGradient>
      </defs>
      {known.length === values.length && (
        <path d={`${path}L${width - pad} ${height}L${pad} ${height}Z`} fill={`url(#${fade})`} />
      )}
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth="1.6" vectorEffect="non-scaling-stroke" />
      {typeof last === "number" && (
        <path
          d={`M${width - pad} ${y(last).toFixed(1)}h0`}
          stroke="var(--accent)"
          strokeWidth="5"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
