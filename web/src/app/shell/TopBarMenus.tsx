import { DesktopOutlined, MoonOutlined, SunOutlined, UserOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { type Language, useLanguage } from "@/app/i18n/language";
import { usePick } from "@/app/i18n/text";
import { SESSION_KEY } from "@/app/queryClient";
import { useSession } from "@/app/session";
import { type Choice, useTheme } from "@/app/theme/ThemeProvider";
import { signOut } from "@/identity/auth";
import styles from "./AppShell.module.css";

/** Switches at once; the choice is also kept with the person, for mails and other browsers. */
export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage();
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: (next: Language) => answer(api.PUT("/api/v1/session/language", { body: { language: next } })),
    onSuccess: (session) => queries.setQueryData(SESSION_KEY, session),
    // Errors and labels that the server wrote in the other language are asked for again.
    onSettled: () =>
      queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] }),
  });
  const next: Language = language === "zh" ? "en" : "zh";
  const change = () => {
    setLanguage(next);
    keep.mutate(next);
  };
  return (
    <button
      type="button"
      className={styles.tool}
      onClick={change}
      lang={next === "zh" ? "zh-Hans" : "en"}
      aria-label={next === "zh" ? "切换为中文" : "Switch to English"}
    >
      {next === "zh" ? "中文" : "EN"}
    </button>
  );
}

const THEME_ICONS = { light: SunOutlined, dark: MoonOutlined, system: DesktopOutlined } as const;

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { choice, choose } = useTheme();
  const Icon = THEME_ICONS[choice];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectable: true,
        selectedKeys: [choice],
        onClick: ({ key }) => choose(key as Choice),
        items: (["light", "dark", "system"] as const).map((key) => {
          const ItemIcon = THEME_ICONS[key];
          return { key, icon: <ItemIcon />, label: t(`theme.${key}`) };
        }),
      }}
    >
      <button type="button" className={styles.tool} aria-label={t("theme.choose")}>
        <Icon />
      </button>
    </Dropdown>
  );
}

export function PersonMenu() {
  const { t } = useTranslation();
  const pick = usePick();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { person } = useSession();
  const leave = useMutation({
    mutationFn: signOut,
    onSettled: () => {
      queries.clear();
      void navigate("/login");
    },
  });
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{
        items: [
          { key: "account", label: t("shell.account"), onClick: () => void navigate("/account") },
          { type: "divider" },
          { key: "leave", label: t("shell.signOut"), onClick: () => leave.mutate() },
        ],
      }}
    >
      <button
        type="button"
        className={styles.tool}
        aria-label={t("shell.person", { name: pick(person.name) })}
      >
        <UserOutlined />
        <span className={`${styles.personName} ellipsis`}>{pick(person.name)}</span>
      </button>
    </Dropdown>
  );
}
