import { useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { KeptReceipt, ReceiptCard } from "@/api/schema";
import { useLevelName } from "@/calendar/levels";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { conditionText } from "./conditionText";
import styles from "./DifferencePage.module.css";
import { useFieldNames } from "./fieldNames";

const RECEIPT = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

interface Props {
  receipt: KeptReceipt;
  open: boolean;
  onClose: () => void;
}

/** Which other number is this one compared with? One's own of the same metric, or any by its receipt. */
export function CompareModal({ receipt, open, onClose }: Props) {
  const { t } = useTranslation("query");
  const navigate = useNavigate();
  const metric = receipt.request.metrics[0] ?? "";
  const found = useQuery({
    queryKey: ["receipts", metric],
    queryFn: () => answer(api.GET("/api/v1/receipts", { params: { query: { metric } } })),
    enabled: open,
    staleTime: 0,
  });
  const others = found.data?.filter((card) => card.id !== receipt.id) ?? [];
  const go = (text: string) => {
    const other = RECEIPT.exec(text)?.[0];
    if (other) void navigate(`/receipts/${receipt.id}?with=${other}`);
  };
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t("why.choose")} destroyOnHidden>
      <p className="small soft">{t("why.chooseHint")}</p>
      <Input.Search
        aria-label={t("why.paste")}
        placeholder={t("why.paste")}
        enterButton={t("why.compare")}
        onSearch={go}
        allowClear
      />
      {found.isPending && <RowsSkeleton rows={4} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} compact />}
      {found.data && others.length === 0 && (
        <EmptyState title={t("why.noneTitle")} hint={t("why.noneHint")} compact />
      )}
      {others.length > 0 && (
        <ul className={styles.choice}>
          {others.map((card) => (
            <li key={card.id}>
              <Link to={`/receipts/${receipt.id}?with=${card.id}`}>
                <Asked card={card} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}

function Asked({ card }: { card: ReceiptCard }) {
  const { t } = useTranslation("query");
  const format = useFormat();
  const fields = useFieldNames();
  const level = useLevelName();
  const { request } = card;
  const bounded = card.time_start || card.time_end;
  const day = (value: string | null) => (value ? format.day(value) : t("receipt.open"));
  const words = [
    bounded
      ? t("receipt.until", { start: day(card.time_start), end: day(card.time_end) })
      : t("receipt.allTime"),
    request.grain ? level(request.grain) : "",
    ...request.dimensions.map(({ field }) => fields(field)),
    request.filters ? conditionText(request.filters, t, fields) : "",
  ];
  return (
    <>
      {card.value !== null && card.value !== undefined && (
        <div className="num">
          <strong>
            {format.exactText(Number(card.value), { unit: card.unit, decimals: card.decimals ?? null })}
          </strong>
        </div>
      )}
      <div>{words.filter(Boolean).join(" · ")}</div>
      <div className="small faint">{t("why.askedAt", { at: format.moment(card.created_at) })}</div>
    </>
  );
}
