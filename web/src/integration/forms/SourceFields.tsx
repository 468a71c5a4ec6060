import { Alert, Form, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { ErrorState } from "@/components/ErrorState";
import styles from "../integration.module.css";
import type { Place, SourceTable } from "./useSource";
import { useConnections, useTableNames } from "./useSource";

interface Props {
  /** Null while no table is chosen. */
  place: Place | null;
  /** The dataset exists: its source stays. */
  fixed: boolean;
  source: SourceTable | undefined;
  onChange: (place: Place | null) => void;
}

const PAUSE = 250;

/** Where the rows of a dataset are: a table of the lake, or one that stays in its database. */
export function SourceFields({ place, fixed, source, onChange }: Props) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const connections = useConnections();
  const [connection, setConnection] = useState(place?.connection ?? "");
  const [search, setSearch] = useState("");
  const names = useTableNames(connection, useDebounced(search, PAUSE));
  const change = (next: string) => {
    setConnection(next);
    setSearch("");
    onChange(null);
  };
  const options = (names.data ?? []).map((name) => ({ value: name, label: name }));
  return (
    <>
      {connections.length > 0 && (
        <Form.Item label={t("place.where")} htmlFor="where" extra={connection && t("place.hint")}>
          <Select
            id="where"
            disabled={fixed}
            value={connection}
            onChange={change}
            options={[
              { value: "", label: t("place.lake") },
              ...connections.map((one) => ({
                value: one.code,
                label: t("place.database", { name: pick(one.name) || one.code, code: one.code }),
              })),
            ]}
          />
        </Form.Item>
      )}
      <Form.Item
        name="table"
        label={t("dataset.table")}
        rules={[{ required: true, message: t("form.chooseTable") }]}
        className={connections.length > 0 ? undefined : styles.wide}
      >
        <Select
          disabled={fixed}
          loading={names.isFetching}
          showSearch={{ filterOption: false, onSearch: setSearch }}
          placeholder={t("form.chooseTable")}
          options={options}
          onChange={(table: string) => onChange({ connection, table })}
        />
      </Form.Item>
      {names.isError && (
        <div className={styles.wide}>
          <ErrorState compact error={names.error} onRetry={() => void names.refetch()} />
        </div>
      )}
      {source && source.unreadable.length > 0 && (
        <Alert
          className={styles.above}
          type="warning"
          showIcon
          title={t("place.unreadable", { names: source.unreadable.join(", ") })}
        />
      )}
    </>
  );
}
