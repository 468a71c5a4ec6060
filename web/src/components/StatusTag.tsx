import type { ReactNode } from "react";
import styles from "./StatusTag.module.css";

export type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

/** A small label; the word carries the meaning, the colour only repeats it. */
export function StatusTag({
  tone = "neutral",
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`${styles.tag} ${styles[tone]}`} title={title}>
      {children}
    </span>
  );
}
