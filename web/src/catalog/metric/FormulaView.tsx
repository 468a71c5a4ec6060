import { Popover } from "antd";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FormulaToken, Ref } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import styles from "./metric.module.css";

interface Props {
  text: string;
  tokens: readonly FormulaToken[];
}

/** A formula in colours; names can be hovered and opened. Blanks between tokens are kept as written. */
export function FormulaView({ text, tokens }: Props) {
  let end = 0;
  const pieces = tokens.map((token) => {
    const gap = text.slice(end, token.start);
    end = token.end;
    return (
      <Fragment key={token.start}>
        {gap}
        <Token token={token} />
      </Fragment>
    );
  });
  return (
    <code className={styles.formula}>
      {pieces}
      {text.slice(end)}
    </code>
  );
}

function Token({ token }: { token: FormulaToken }) {
  if (token.ref) return <Name token={token} target={token.ref} />;
  return <span className={styles[token.kind]}>{token.text}</span>;
}

function Name({ token, target }: { token: FormulaToken; target: Ref }) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const shown = pick(target.name) || token.text;
  const card = (
    <div className={styles.hover}>
      <div className="small faint">{t(`kind.${target.kind}`)}</div>
      <strong>{shown}</strong> <code className="soft">{target.code}</code>
    </div>
  );
  return (
    <Popover content={card}>
      {target.kind === "metric" ? (
        <Link to={`/metrics/${target.code}`}>{shown}</Link>
      ) : (
        <span className={styles.name}>{shown}</span>
      )}
    </Popover>
  );
}
