import { useQuery } from "@tanstack/react-query";
import { Form, Radio, Select, TreeSelect } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { useDepartmentTree, useRoles } from "../useOrganisation";

/** Whom a policy or a grant is for; fields below `audience` of the form around it. */
export function AudienceFields() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const roles = useRoles();
  const tree = useDepartmentTree();
  const everyone = Form.useWatch(["audience", "everyone"]) === true;
  return (
    <>
      <Form.Item name={["audience", "everyone"]} label={t("audience.title")}>
        <Radio.Group
          options={[
            { value: false, label: t("audience.some") },
            { value: true, label: t("audience.everyone") },
          ]}
        />
      </Form.Item>
      {!everyone && (
        <>
          <Form.Item name={["audience", "roles"]} label={t("audience.roles")} extra={t("audience.rolesHint")}>
            <Select
              mode="multiple"
              options={roles.data?.map((role) => ({ value: role.code, label: pick(role.name) }))}
              placeholder={t("audience.anyRole")}
            />
          </Form.Item>
          <Form.Item name={["audience", "departments"]} label={t("audience.departments")}>
            <TreeSelect
              multiple
              treeData={tree}
              treeDefaultExpandAll
              placeholder={t("audience.anyDepartment")}
            />
          </Form.Item>
          <Form.Item name={["audience", "persons"]} label={t("audience.persons")}>
            <Persons />
          </Form.Item>
        </>
      )}
    </>
  );
}

function Persons({
  id,
  value = [],
  onChange,
}: {
  id?: string;
  value?: string[];
  onChange?: (names: string[]) => void;
}) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const [words, setWords] = useState("");
  const search = useDebounced(words.trim(), 200);
  const people = useQuery({
    queryKey: ["people", "find", search],
    queryFn: () => answer(api.GET("/api/v1/people", { params: { query: { search, limit: 20 } } })),
    placeholderData: (previous) => previous,
  });
  return (
    <Select
      id={id}
      mode="multiple"
      value={value}
      showSearch={{ filterOption: false, onSearch: setWords }}
      placeholder={t("audience.noPerson")}
      options={people.data?.items.map((person) => ({
        value: person.username,
        label: `${pick(person.name)} · ${person.username}`,
      }))}
      onChange={onChange}
    />
  );
}
