import { Link } from "react-router";
import type { Ref } from "@/api/schema";
import { usePick } from "@/app/i18n/text";

/** Definitions by their names; metrics lead to their pages. */
export function Refs({ refs }: { refs: readonly Ref[] }) {
  const pick = usePick();
  if (refs.length === 0) return <span className="faint">–</span>;
  return (
    <span className="row">
      {refs.map((ref) =>
        ref.kind === "metric" ? (
          <Link key={ref.code} to={`/metrics/${ref.code}`}>
            {pick(ref.name)}
          </Link>
        ) : (
          <span key={ref.code} title={ref.code}>
            {pick(ref.name)}
          </span>
        ),
      )}
    </span>
  );
}
