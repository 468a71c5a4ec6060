import "./words";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { Facts } from "@/components/Facts";
import { PageHeader } from "@/components/PageHeader";
import { StatusTag } from "@/components/StatusTag";
import { PasswordCard } from "./account/PasswordCard";
import { SessionsCard } from "./account/SessionsCard";
import { TokensCard } from "./account/TokensCard";
import { TotpCard } from "./account/TotpCard";
import { permissionWord } from "./permissionWord";

/** The person's own account: who he is, how he signs in, where he is signed in, what scripts may do for him. */
export default function AccountPage() {
  const { t } = useTranslation("identity");
  const session = useSession();
  return (
    <div className="page">
      <PageHeader title={t("account.title")} />
      {session.password_temporary && <Alert type="warning" showIcon title={t("account.temporary")} />}
      {session.password_temporary ? (
        <PasswordCard />
      ) : (
        <>
          <div className="two">
            <Profile />
            <PasswordCard />
          </div>
          <TotpCard />
          <SessionsCard />
          <TokensCard />
        </>
      )}
    </div>
  );
}

function Profile() {
  const { t } = useTranslation("identity");
  const pick = usePick();
  const { person, roles, permissions } = useSession();
  return (
    <section className="card">
      <h2>{t("account.profile")}</h2>
      <Facts
        facts={[
          [t("account.name"), pick(person.name)],
          [t("account.username"), <code key="username">{person.username}</code>],
          [t("account.department"), pick(person.department_name)],
          [
            t("account.roles"),
            <span key="roles" className="row">
              {roles.map((role) => (
                <StatusTag key={role} tone="accent">
                  {t(`role.${role}`)}
                </StatusTag>
              ))}
            </span>,
          ],
          [
            t("account.permissions"),
            <span key="permissions" className="row">
              {permissions.map((permission) => (
                <StatusTag key={permission}>{t(permissionWord(permission))}</StatusTag>
              ))}
            </span>,
          ],
        ]}
      />
    </section>
  );
}
