import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";
import { Unreachable } from "@/api/problem";
import { isMissingCode } from "@/app/missingCode";
import { EmptyState } from "./EmptyState";
import { ErrorState } from "./ErrorState";

/** A page that broke while rendering, or whose code could not be loaded. */
export function RouteError() {
  const error = useRouteError();
  if (!isMissingCode(error)) return <ErrorState error={error} />;
  return navigator.onLine ? <Outdated /> : <ErrorState error={new Unreachable()} />;
}

/** An upgrade replaced the code that this page still asks for. */
function Outdated() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        icon={<ReloadOutlined />}
        title={t("state.outdatedTitle")}
        hint={t("state.outdatedRemedy")}
        action={
          <Button type="primary" onClick={() => location.reload()}>
            {t("state.reload")}
          </Button>
        }
      />
    </div>
  );
}
