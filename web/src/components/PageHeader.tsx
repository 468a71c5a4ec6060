import { Fragment, type ReactNode } from "react";
import { Link } from "react-router";
import styles from "./PageHeader.module.css";

interface Crumb {
  label: string;
  to?: string;
}

interface Props {
  title: ReactNode;
  /** What stands beside the title: status, badges. */
  beside?: ReactNode;
  /** One line below it. */
  below?: ReactNode;
  actions?: ReactNode;
  crumbs?: readonly Crumb[];
}

/** The head of each page: where we are, what it is, what can be done. */
export function PageHeader({ title, beside, below, actions, crumbs = [] }: Props) {
  return (
    <header className={styles.head}>
      <div className={styles.main}>
        {crumbs.length > 0 && (
          <div className={styles.crumbs}>
            {crumbs.map((crumb, index) => (
              <Fragment key={crumb.to ?? crumb.label}>
                {index > 0 && <span aria-hidden="true">/</span>}
                {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : <span>{crumb.label}</span>}
              </Fragment>
            ))}
          </div>
        )}
        <div className={styles.title}>
          <h1>{title}</h1>
          {beside}
        </div>
        {below && <div className={styles.below}>{below}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
