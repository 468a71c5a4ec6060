import { MenuOutlined } from "@ant-design/icons";
import { Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, ScrollRestoration, useNavigation } from "react-router";
import { SessionGate } from "@/app/session";
import styles from "./AppShell.module.css";
import { Brand } from "./Brand";
import { NavigationList } from "./NavigationList";
import { SearchBox } from "./SearchBox";
import { LanguageSwitch, PersonMenu, ThemeSwitch } from "./TopBarMenus";

/** Left navigation, search on top, the page in the middle. */
export function AppShell() {
  return (
    <SessionGate>
      <Frame />
    </SessionGate>
  );
}

function Frame() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const loading = useNavigation().state === "loading";
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#main">
        {t("shell.skip")}
      </a>
      <aside className={styles.side}>
        <div className={styles.sideInner}>
          <Link to="/" className={styles.brand} aria-label={t("shell.home")}>
            <Brand />
          </Link>
          <NavigationList />
        </div>
      </aside>
      <header className={styles.top}>
        <button
          type="button"
          className={styles.burger}
          aria-label={t("shell.menu")}
          onClick={() => setOpen(true)}
        >
          <MenuOutlined />
        </button>
        <SearchBox />
        <div className={styles.tools}>
          <LanguageSwitch />
          <ThemeSwitch />
          <PersonMenu />
        </div>
        {loading && <div className={styles.progress} role="progressbar" aria-label={t("state.loading")} />}
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Drawer placement="left" size={260} open={open} onClose={() => setOpen(false)} title={<Brand />}>
        <NavigationList onChoose={() => setOpen(false)} />
      </Drawer>
      <ScrollRestoration />
    </div>
  );
}
