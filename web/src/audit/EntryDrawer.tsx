import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { EntryView } from "@/api/schema";
import { useMay } from "@/app/session";
import { Facts } from "@/components/Facts";
import { PersonTag } from "@/components/PersonTag";
import { useFormat } from "@/format/useFormat";
import { placeOf, told, written } from "./actions";
import styles from "./audit.module.css";
import { useActionWord } from "./useActionWord";

/** One entry with everything that was written down, before beside after. */
export function EntryDrawer({ entry, onClose }: { entry: EntryView | null; onClose: () => void }) {
  const { t } = useTranslation("audit");
  const word = useActionWord();
  return (
    <Drawer
      open={entry !== null}
      onClose={onClose}
      size={Math.min(680, window.innerWidth)}
      title={entry && `#${entry.seq} ${word(entry.action)}`}
      aria-label={t("drawer.label")}
    >
      {entry && <Entry entry={entry} />}
    </Drawer>
  );
}

function Entry({ entry }: { entry: EntryView }) {
  const { t } = useTranslation("audit");
  const format = useFormat();
  const { differences, facts } = told(entry.detail);
  const place = placeOf(entry.target, useMay());
  const label = entry.target.label || entry.target.id;
  return (
    <div className="stack">
      <Facts
        facts={[
          [
            t("column.at"),
            <span key="at" title={entry.at}>
              {format.moment(entry.at)}
            </span>,
          ],
          [
            t("column.who"),
            entry.person ? <PersonTag key="who" person={entry.person} /> : entry.actor || t("system"),
          ],
          [t("column.action"), <code key="action">{entry.action}</code>],
          [
            t("column.target"),
            <span key="target">
              {place ? <Link to={place}>{label}</Link> : label}{" "}
              <code className="faint">{`${entry.target.kind} ${entry.target.id}`}</code>
            </span>,
          ],
          [t("column.via"), t(`source.${entry.source}`)],
          [t("column.reason"), entry.reason || "–"],
        ]}
      />
      {differences.length > 0 && (
        <section className={styles.changes} aria-label={t("drawer.changes")}>
          <h3>{t("drawer.changes")}</h3>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("drawer.field")}</th>
                <th scope="col">{t("drawer.before")}</th>
                <th scope="col">{t("drawer.after")}</th>
              </tr>
            </thead>
            <tbody>
              {differences.map((difference) => (
                <tr key={difference.path}>
                  <td>
                    <code>{difference.path}</code>
                  </td>
                  <td className={styles.before}>{written(difference.before)}</td>
                  <td className={styles.after}>{written(difference.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {facts.length > 0 && (
        <section className={styles.changes} aria-label={t("drawer.detail")}>
          <h3>{t("drawer.detail")}</h3>
          <table>
            <tbody>
              {facts.map(([name, value]) => (
                <tr key={name}>
                  <td>
                    <code>{name}</code>
                  </td>
                  <td className="mono">{written(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {differences.length === 0 && facts.length === 0 && <p className="soft">{t("drawer.nothing")}</p>}
      <Facts
        facts={[
          [
            t("drawer.hash"),
            <code key="hash" className={`small ${styles.hash}`}>
              {entry.hash}
            </code>,
          ],
          [
            t("drawer.request"),
            <code key="request" className="small">
              {entry.request_id || "–"}
            </code>,
          ],
        ]}
      />
    </div>
  );
}
