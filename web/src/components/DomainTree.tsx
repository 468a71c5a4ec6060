import { CaretRightOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DomainNode } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useFormat } from "@/format/useFormat";
import styles from "./DomainTree.module.css";

interface Props {
  domains: readonly DomainNode[];
  /** Code of the chosen domain; null: the whole library. */
  chosen: string | null;
  onChoose: (code: string | null) => void;
}

/** Business domains and their subject areas, with how many metrics each holds. */
export function DomainTree({ domains, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const total = domains.reduce((sum, domain) => sum + domain.metrics, 0);
  return (
    <ul className={styles.tree} aria-label={t("domains.label")}>
      <li>
        <Line
          name={t("domains.all")}
          count={total}
          chosen={chosen === null}
          onChoose={() => onChoose(null)}
        />
      </li>
      {domains.map((domain) => (
        <Branch key={domain.code} domain={domain} chosen={chosen} onChoose={onChoose} />
      ))}
    </ul>
  );
}

interface BranchProps {
  domain: DomainNode;
  chosen: string | null;
  onChoose: (code: string) => void;
}

function Branch({ domain, chosen, onChoose }: BranchProps) {
  const { t } = useTranslation();
  const pick = usePick();
  const name = pick(domain.name);
  const [open, setOpen] = useState(true);
  const fold = domain.children.length > 0 && (
    <button
      type="button"
      className={open ? `${styles.fold} ${styles.unfolded}` : styles.fold}
      aria-expanded={open}
      aria-label={t(open ? "domains.fold" : "domains.unfold", { name })}
      onClick={() => setOpen(!open)}
    >
      <CaretRightOutlined />
    </button>
  );
  return (
    <li>
      <div className={styles.branch}>
        {fold}
        <Line
          name={name}
          count={domain.metrics}
          chosen={chosen === domain.code}
          onChoose={() => onChoose(domain.code)}
        />
      </div>
      {open && domain.children.length > 0 && (
        <ul className={styles.children}>
          {domain.children.map((child) => (
            <Branch key={child.code} domain={child} chosen={chosen} onChoose={onChoose} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface LineProps {
  name: string;
  count: number;
  chosen: boolean;
  onChoose: () => void;
}

function Line({ name, count, chosen, onChoose }: LineProps) {
  const format = useFormat();
  return (
    <button
      type="button"
      className={chosen ? `${styles.line} ${styles.chosen}` : styles.line}
      aria-current={chosen ? "true" : undefined}
      onClick={onChoose}
    >
      <span className="ellipsis">{name}</span>
      <span className={`${styles.count} num`}>{format.count(count)}</span>
    </button>
  );
}
