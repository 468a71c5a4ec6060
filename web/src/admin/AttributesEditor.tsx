import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./admin.module.css";
import { type AttributeKind, type AttributeLine, faultOf } from "./attributes";

const KINDS: readonly AttributeKind[] = ["list", "text", "number", "yesno"];

interface Props {
  lines: readonly AttributeLine[];
  onChange: (lines: AttributeLine[]) => void;
}

/** Attributes that row policies refer to: a name and one value or several. */
export function AttributesEditor({ lines, onChange }: Props) {
  const { t } = useTranslation("admin");
  const put = (place: number, next: Partial<AttributeLine>) =>
    onChange(lines.map((line, at) => (at === place ? { ...line, ...next } : line)));
  return (
    <div className="stack">
      {lines.map((line, place) => {
        const fault = faultOf(line, lines);
        const told = { place: place + 1 };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <div key={place}>
            <div className={styles.attribute}>
              <Input
                aria-label={t("attribute.nameOf", told)}
                placeholder={t("attribute.name")}
                className="mono"
                value={line.name}
                status={fault === "name" || fault === "taken" ? "error" : ""}
                onChange={(event) => put(place, { name: event.target.value })}
              />
              <Select<AttributeKind>
                aria-label={t("attribute.kindOf", told)}
                value={line.kind}
                options={KINDS.map((kind) => ({ value: kind, label: t(`attribute.${kind}`) }))}
                onChange={(kind) => put(place, { kind, texts: kind === "yesno" ? ["true"] : line.texts })}
              />
              <Value
                line={line}
                label={t("attribute.valueOf", told)}
                onChange={(texts) => put(place, { texts })}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("attribute.remove", told)}
                onClick={() => onChange(lines.filter((_, at) => at !== place))}
              />
            </div>
            {fault && <p className={`small ${styles.fault}`}>{t(`attribute.fault_${fault}`)}</p>}
          </div>
        );
      })}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => onChange([...lines, { name: "", kind: "list", texts: [] }])}
        >
          {t("attribute.add")}
        </Button>
      </div>
    </div>
  );
}

interface ValueProps {
  line: AttributeLine;
  label: string;
  onChange: (texts: string[]) => void;
}

function Value({ line, label, onChange }: ValueProps) {
  const { t } = useTranslation("admin");
  if (line.kind === "list")
    return (
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        aria-label={label}
        placeholder={t("attribute.values")}
        value={line.texts}
        tokenSeparators={[",", "，", "、"]}
        onChange={onChange}
      />
    );
  if (line.kind === "yesno")
    return (
      <Select
        aria-label={label}
        value={line.texts[0] ?? "true"}
        options={[
          { value: "true", label: t("yes") },
          { value: "false", label: t("no") },
        ]}
        onChange={(text) => onChange([text])}
      />
    );
  return (
    <Input
      aria-label={label}
      value={line.texts[0] ?? ""}
      inputMode={line.kind === "number" ? "numeric" : undefined}
      onChange={(event) => onChange([event.target.value])}
    />
  );
}
