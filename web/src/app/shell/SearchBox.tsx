import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { useFormat } from "@/format/useFormat";
import styles from "./SearchBox.module.css";

const SHOWN = 8;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** `/` puts the caret here; Enter opens the marked metric, or the library with the words. */
export function SearchBox() {
  const { t } = useTranslation();
  const pick = usePick();
  const format = useFormat();
  const navigate = useNavigate();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const asked = useDebounced(words.trim(), 150);
  const found = useQuery({
    queryKey: ["metrics", "suggest", asked],
    queryFn: () => answer(api.GET("/api/v1/metrics", { params: { query: { search: asked, limit: SHOWN } } })),
    enabled: open && asked.length > 0,
    placeholderData: (previous) => previous,
  });
  const items = asked && open ? (found.data?.items ?? []) : [];

  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);

  const close = () => {
    setOpen(false);
    setMarked(-1);
  };
  const go = (path: string) => {
    close();
    setWords("");
    input.current?.blur();
    void navigate(path);
  };
  const enter = () => {
    const chosen = items[marked];
    if (chosen) go(`/metrics/${chosen.code}`);
    else if (words.trim()) go(`/library?q=${encodeURIComponent(words.trim())}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = items.length - 1;
    if (event.key === "ArrowDown") setMarked((now) => Math.min(now + 1, last));
    else if (event.key === "ArrowUp") setMarked((now) => Math.max(now - 1, -1));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) enter();
    else if (event.key === "Escape") {
      close();
      input.current?.blur();
    } else return;
    event.preventDefault();
  };

  return (
    <search className={styles.box}>
      <SearchOutlined className={styles.icon} />
      <input
        ref={input}
        className={styles.input}
        type="text"
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-activedescendant={marked >= 0 ? `${listId}-${marked}` : undefined}
        aria-label={t("search.label")}
        placeholder={t("search.placeholder")}
        autoComplete="off"
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setOpen(true);
          setMarked(-1);
        }}
        onFocus={() => setOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <kbd className={styles.key}>/</kbd>
      {open && asked && !found.isPending && (
        <div className={styles.list} id={listId} role="listbox" aria-label={t("search.label")}>
          {items.map((metric, index) => (
            <div
              key={metric.code}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === marked}
              className={index === marked ? `${styles.item} ${styles.marked}` : styles.item}
              onMouseDown={(event) => {
                event.preventDefault();
                go(`/metrics/${metric.code}`);
              }}
            >
              <span className="ellipsis">{pick(metric.name)}</span>
              <code className="faint ellipsis">{metric.code}</code>
              <span className={`${styles.domain} faint ellipsis`}>{pick(metric.domain.name)}</span>
            </div>
          ))}
          <div className={`${styles.foot} small faint`}>
            {items.length === 0
              ? t("search.none", { words: asked })
              : t("search.all", { shown: format.count(found.data?.total ?? 0) })}
          </div>
        </div>
      )}
    </search>
  );
}
