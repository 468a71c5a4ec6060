import type { ReactNode } from "react";
import styles from "../../definition.module.css";
import { FaultList, useFaults } from "../../Field";

/** A field whose control reports its own faults in place: only the ones it cannot know are listed. */
export function EditorField({ path, label, children }: { path: string; label: string; children: ReactNode }) {
  const faults = useFaults(path, true).filter(
    (fault) => fault.start === null || fault.start === undefined || fault.code === "missing",
  );
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      {children}
      <FaultList faults={faults} />
    </div>
  );
}
