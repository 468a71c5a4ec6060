import "./words";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import { type Language, useLanguage } from "@/app/i18n/language";
import { SESSION_KEY } from "@/app/queryClient";
import { useSessionQuery } from "@/app/session";
import { Brand } from "@/app/shell/Brand";
import { enterCode, type LoginStep, logIn } from "./auth";
import styles from "./LoginPage.module.css";
import { useFormWords } from "./useFormWords";

/** Only a path of this product is a place to go back to. */
export function safeNext(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

/** Password, then the code of the authenticator where one is set up. */
export default function LoginPage() {
  const { t } = useTranslation("identity");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const next = safeNext(useSearchParams()[0].get("next"));
  const session = useSessionQuery();
  const [chosen, setChosen] = useState<Language | null>(null);
  const [step, setStep] = useState<"password" | "code">("password");

  if (session.data) return <Navigate to={next} replace />;

  const arrived = async (result: LoginStep) => {
    if (result === "second_step") return setStep("code");
    // A language chosen on this page is the person's choice from now on.
    if (chosen) await answer(api.PUT("/api/v1/session/language", { body: { language: chosen } }));
    await queries.invalidateQueries({ queryKey: SESSION_KEY });
    void navigate(next, { replace: true });
  };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Brand />
        <LanguageChoice onChoose={setChosen} />
      </header>
      <main className={styles.middle}>
        <section className={styles.panel} aria-labelledby="login-title">
          <h1 id="login-title">{t(step === "password" ? "login.title" : "code.title")}</h1>
          <p className="soft">{t(step === "password" ? "login.hint" : "code.hint")}</p>
          {step === "password" ? (
            <PasswordForm onDone={arrived} />
          ) : (
            <CodeForm onDone={arrived} onBack={() => setStep("password")} />
          )}
        </section>
      </main>
      <footer className={`${styles.foot} small faint`}>{t("login.promise")}</footer>
    </div>
  );
}

function LanguageChoice({ onChoose }: { onChoose: (language: Language) => void }) {
  const { language, setLanguage } = useLanguage();
  const other: Language = language === "zh" ? "en" : "zh";
  const choose = () => {
    setLanguage(other);
    onChoose(other);
  };
  return (
    <Button type="text" onClick={choose} lang={other === "zh" ? "zh-Hans" : "en"}>
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}

interface StepProps {
  onDone: (step: LoginStep) => Promise<void> | void;
}

function PasswordForm({ onDone }: StepProps) {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const send = useMutation({
    mutationFn: (form: { username: string; password: string }) => logIn(form.username.trim(), form.password),
    onSuccess: onDone,
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={send.mutate} className={styles.form}>
      {send.isError && <Alert type="error" showIcon title={words(send.error, t("login.refused"))} />}
      <Form.Item
        name="username"
        label={t("login.username")}
        rules={[{ required: true, message: t("login.needUsername") }]}
      >
        <Input size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("login.password")}
        rules={[{ required: true, message: t("login.needPassword") }]}
      >
        <Input.Password size="large" autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={send.isPending}>
        {t("login.submit")}
      </Button>
    </Form>
  );
}

function CodeForm({ onDone, onBack }: StepProps & { onBack: () => void }) {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const send = useMutation({
    mutationFn: (form: { code: string }) => enterCode(form.code.trim()),
    onSuccess: onDone,
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={send.mutate} className={styles.form}>
      {send.isError && <Alert type="error" showIcon title={words(send.error, t("code.refused"))} />}
      <Form.Item name="code" label={t("code.label")} rules={[{ required: true, message: t("code.need") }]}>
        <Input size="large" inputMode="text" autoComplete="one-time-code" autoFocus className="mono" />
      </Form.Item>
      <Button type="primary" size="large" htmlType="submit" block loading={send.isPending}>
        {t("code.submit")}
      </Button>
      <Button type="link" block onClick={onBack}>
        {t("code.back")}
      </Button>
    </Form>
  );
}
