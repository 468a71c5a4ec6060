import { CheckOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import styles from "../admin.module.css";
import { useRoles } from "../useOrganisation";

/** Which role may do what. Roles are part of the product; who has one is said at the person. */
export function RolesTab() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const format = useFormat();
  const roles = useRoles();
  if (roles.isPending) return <RowsSkeleton rows={8} />;
  if (roles.isError) return <ErrorState error={roles.error} onRetry={() => void roles.refetch()} />;
  const all = new Map(roles.data.flatMap((role) => role.permissions).map((one) => [one.code, one.name]));
  return (
    <section className="card stack">
      <p className="soft">{t("roles.hint")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className={styles.matrix} aria-label={t("tab.roles")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("roles.role")}</th>
              <th scope="col">{t("roles.people")}</th>
              {[...all].map(([code, name]) => (
                <th key={code} scope="col" title={code}>
                  {pick(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roles.data.map((role) => (
              <tr key={role.code}>
                <td title={role.code}>{pick(role.name)}</td>
                <td className="num">{format.count(role.people)}</td>
                {[...all.keys()].map((code) => {
                  const held = role.permissions.some((one) => one.code === code);
                  return (
                    <td key={code}>
                      {held ? (
                        <CheckOutlined className={styles.held} aria-label={t("yes")} />
                      ) : (
                        <span className="sr-only">{t("no")}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
