import { ApartmentOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { FacetValue } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import styles from "./LibraryPage.module.css";
import type { Filters } from "./useFilters";

interface Props {
  filters: Filters;
  onChange: (next: Partial<Filters>) => void;
  onClear: () => void;
  onDomains: () => void;
}

export function LibraryFilters({ filters, onChange, onClear, onDomains }: Props) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const facets = useQuery({
    queryKey: ["metrics", "facets"],
    queryFn: () => answer(api.GET("/api/v1/metrics/facets")),
  });
  const choice = (key: "type" | "owner" | "tag" | "status", values: readonly FacetValue[] | undefined) => (
    <Select
      className={styles.pick}
      aria-label={t(`filter.${key}`)}
      placeholder={t(`filter.${key}`)}
      allowClear
      showSearch={key === "owner" || key === "tag" ? { optionFilterProp: "label" } : false}
      popupMatchSelectWidth={false}
      value={filters[key] ?? null}
      onChange={(value: string | null) => onChange({ [key]: value ?? undefined })}
      options={values?.map((facet) => ({
        value: facet.value,
        label: `${pick(facet.label) || facet.value} (${facet.count})`,
      }))}
    />
  );
  return (
    <div className={styles.filters}>
      <Button className={styles.domainsButton} icon={<ApartmentOutlined />} onClick={onDomains}>
        {t("library.domains")}
      </Button>
      <Words value={filters.search ?? ""} onChange={(search) => onChange({ search })} />
      {choice("type", facets.data?.types)}
      {choice("owner", facets.data?.owners)}
      {choice("tag", facets.data?.tags)}
      {choice("status", facets.data?.statuses)}
      {Object.keys(filters).length > 0 && (
        <Button type="text" onClick={onClear}>
          {t("filter.clear")}
        </Button>
      )}
    </div>
  );
}

/** Words typed here reach the address when they stand still for a moment. */
function Words({ value, onChange }: { value: string; onChange: (words: string) => void }) {
  const { t } = useTranslation("catalog");
  const [words, setWords] = useState(value);
  const still = useDebounced(words, 250);
  const [told, setTold] = useState(value);
  if (value !== told) {
    // The address changed elsewhere (search box on top, back button, clear).
    setTold(value);
    if (value !== still.trim()) setWords(value);
  }
  useEffect(() => {
    if (still === words && still.trim() !== value) onChange(still.trim());
  }, [still, words, value, onChange]);
  return (
    <Input
      className={styles.words}
      aria-label={t("filter.words")}
      placeholder={t("filter.words")}
      allowClear
      value={words}
      onChange={(event) => setWords(event.target.value)}
    />
  );
}
