import { type Text, usePick } from "@/app/i18n/text";
import styles from "./PersonTag.module.css";

/** A person with the initial of the name. */
export function PersonTag({ person }: { person: { username: string; name: Text } }) {
  const pick = usePick();
  const name = pick(person.name) || person.username;
  return (
    <span className={styles.person} title={person.username}>
      <span className={styles.face} aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="ellipsis">{name}</span>
    </span>
  );
}
