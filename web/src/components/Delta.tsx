import { CaretDownFilled, CaretUpFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Direction } from "@/format/change";
import { useFormat } from "@/format/useFormat";
import styles from "./Delta.module.css";

interface Props {
  now: number | null;
  then: number | null;
  unit?: string;
  direction: Direction;
}

/** How a value moved; arrow for the move, colour for whether it is good news. */
export function Delta({ now, then, unit, direction }: Props) {
  const { t } = useTranslation();
  const change = useFormat().change(now, then, { unit, direction });
  if (change.text === null) return <span className="faint">–</span>;
  const Arrow = change.sign > 0 ? CaretUpFilled : CaretDownFilled;
  return (
    <span className={`${styles.delta} ${styles[change.verdict]} num`} title={t(`verdict.${change.verdict}`)}>
      {change.sign !== 0 && <Arrow className={styles.arrow} />}
      {change.text}
    </span>
  );
}
