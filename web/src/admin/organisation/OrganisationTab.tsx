import { Button, Tree } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { DepartmentView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import styles from "../admin.module.css";
import { attributeText } from "../attributes";
import { PeopleList } from "../people/PeopleList";
import { type DepartmentNode, treeOf, useDepartments } from "../useOrganisation";
import { DepartmentModal, type Doing } from "./DepartmentModal";

interface Drawn {
  key: string;
  title: string;
  children: Drawn[];
}

/** The tree of departments, and the people of the one that is chosen. */
export function OrganisationTab() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const [doing, setDoing] = useState<Doing | null>(null);
  const departments = useDepartments();
  if (departments.isPending) return <RowsSkeleton rows={10} />;
  if (departments.isError)
    return <ErrorState error={departments.error} onRetry={() => void departments.refetch()} />;
  const chosen = departments.data.find((one) => one.code === params.get("department")) ?? null;
  const drawn = ({ department, children }: DepartmentNode): Drawn => ({
    key: department.code,
    title: `${pick(department.name)} (${department.people})`,
    children: children.map(drawn),
  });
  return (
    <div className={styles.split}>
      <section className="card">
        <div className="card-head">
          <h2>{t("organisation.departments")}</h2>
          {may("people.manage") && (
            <Button size="small" onClick={() => setDoing({ what: "create", parent: chosen?.code ?? null })}>
              {t("organisation.create")}
            </Button>
          )}
        </div>
        <div className={styles.tree}>
          <Tree
            blockNode
            defaultExpandAll
            treeData={treeOf(departments.data).map(drawn)}
            selectedKeys={chosen ? [chosen.code] : []}
            onSelect={(keys) =>
              setParams(keys[0] ? { tab: "people", department: String(keys[0]) } : { tab: "people" }, {
                replace: true,
              })
            }
          />
        </div>
      </section>
      <div className="stack">
        {chosen && <Chosen department={chosen} onDo={setDoing} />}
        <PeopleList department={chosen?.code ?? null} />
      </div>
      {doing && <DepartmentModal doing={doing} onClose={() => setDoing(null)} />}
    </div>
  );
}

function Chosen({ department, onDo }: { department: DepartmentView; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const attributes = Object.entries(department.attributes);
  return (
    <section className="card">
      <div className="card-head">
        <h2>
          {pick(department.name)} <code className="faint">{department.code}</code>
        </h2>
        {may("people.manage") && (
          <span className="row">
            <Button size="small" onClick={() => onDo({ what: "change", department })}>
              {t("organisation.change")}
            </Button>
            <Button size="small" onClick={() => onDo({ what: "move", department })}>
              {t("organisation.move")}
            </Button>
          </span>
        )}
      </div>
      <Facts
        facts={[
          [
            t("organisation.manager"),
            department.manager ? (
              <PersonTag key="manager" person={department.manager} />
            ) : (
              t("organisation.noManager")
            ),
          ],
          [
            t("organisation.attributes"),
            attributes.length === 0 ? (
              <span key="none" className="soft">
                {t("organisation.noAttributes")}
              </span>
            ) : (
              <span key="attributes" className="row">
                {attributes.map(([name, value]) => (
                  <StatusTag key={name}>
                    <code>{name}</code> {attributeText(value, t("rule.comma"))}
                  </StatusTag>
                ))}
              </span>
            ),
          ],
        ]}
      />
    </section>
  );
}
