import { TreeSelect } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import styles from "../definition.module.css";
import { BilingualField, Field, TextField } from "../Field";
import { textAt, withValue } from "../raw";
import { domainNodes, useDomains } from "../sources";
import { useWizard } from "../wizard";

/** What the business asked for, and where the metric belongs. */
export function RequirementStep() {
  const { t } = useTranslation("definition");
  return (
    <>
      <TextField
        path="requirement"
        rows={4}
        label={t("requirement.requirement")}
        hint={t("requirement.requirementHint")}
        placeholder={t("requirement.requirementExample")}
      />
      <BilingualField
        path="purpose"
        rows={2}
        label={t("requirement.purpose")}
        hint={t("requirement.purposeHint")}
      />
      <Domain />
    </>
  );
}

/** Business domain and subject area in one choice: the tree knows which is which. */
function Domain() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { raw, write } = useWizard();
  const domains = useDomains();
  const tree = useMemo(
    () =>
      (domains.data ?? []).map((domain) => ({
        value: domain.code,
        title: pick(domain.name),
        children: (domain.children ?? []).map((subject) => ({
          value: subject.code,
          title: pick(subject.name),
        })),
      })),
    [domains.data, pick],
  );
  const choose = (code?: string) => {
    const node = domainNodes(domains.data ?? []).find((known) => known.code === code);
    const placed = withValue(raw, "domain", node?.parent ?? node?.code);
    write(withValue(placed, "subject", node?.parent ? node.code : undefined));
  };
  return (
    <Field path="domain" label={t("requirement.domain")} hint={t("requirement.domainHint")} required>
      {(id, isFaulty) => (
        <TreeSelect
          id={id}
          className={styles.wide}
          value={textAt(raw, "subject") || textAt(raw, "domain") || undefined}
          placeholder={t("requirement.chooseDomain")}
          status={isFaulty ? "error" : undefined}
          treeData={tree}
          treeDefaultExpandAll
          loading={domains.isPending}
          showSearch={{ treeNodeFilterProp: "title" }}
          onChange={choose}
        />
      )}
    </Field>
  );
}
