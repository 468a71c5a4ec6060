import { useQuery } from "@tanstack/react-query";
import { TreeSelect } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { DomainNode } from "@/api/schema";
import { usePick } from "@/app/i18n/text";

interface Props {
  id?: string;
  value?: string;
  onChange?: (code: string) => void;
}

interface Choice {
  value: string;
  title: string;
  children: Choice[];
}

/** A business domain or subject area. */
export function DomainSelect({ id, value, onChange }: Props) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const domains = useQuery({ queryKey: ["domains"], queryFn: () => answer(api.GET("/api/v1/domains")) });
  const node = (domain: DomainNode): Choice => ({
    value: domain.code,
    title: pick(domain.name),
    children: domain.children.map(node),
  });
  return (
    <TreeSelect
      id={id}
      value={value}
      onChange={onChange}
      treeData={domains.data?.map(node)}
      treeDefaultExpandAll
      loading={domains.isPending}
      placeholder={t("form.chooseDomain")}
    />
  );
}
