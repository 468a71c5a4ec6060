/** The browser client of the accounts service: log-in, second step, password, sessions. Its answers are not in our schema. */

import { requestHeaders } from "@/api/client";
import { toApiError, Unreachable } from "@/api/problem";

const BASE = "/_allauth/browser/v1";

interface Flow {
  id: string;
  is_pending?: boolean;
}

interface FormError {
  code: string;
  message: string;
  param?: string;
}

interface Body<Data> {
  status: number;
  data?: Data;
  errors?: FormError[];
}

/** A form that the accounts service refused, with its words for each field. */
export class FormRefused extends Error {
  override name = "FormRefused";

  constructor(readonly errors: readonly FormError[]) {
    super(errors.map((error) => error.message).join(" "));
  }
}

async function call<Data>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body<Data> }> {
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      credentials: "same-origin",
      headers: { ...requestHeaders(method), Accept: "application/json", "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Unreachable("no answer");
  }
  const parsed: unknown = await response.json().catch(() => null);
  if (response.status === 400) throw new FormRefused((parsed as Body<Data> | null)?.errors ?? []);
  if (![200, 401, 404, 409, 410].includes(response.status)) {
    throw toApiError(response.status, parsed, response.headers.get("X-Request-Id"));
  }
  return { status: response.status, body: (parsed ?? { status: response.status }) as Body<Data> };
}

export type LoginStep = "done" | "second_step";

function stepOf(status: number, flows: readonly Flow[]): LoginStep {
  if (status === 200 || status === 409) return "done";
  if (flows.some((flow) => flow.id === "mfa_authenticate" && flow.is_pending)) return "second_step";
  throw toApiError(401, { code: "not_signed_in", title: "" }, null);
}

/** First step: user name and password. */
export async function logIn(username: string, password: string): Promise<LoginStep> {
  await call("GET", "/auth/session"); // Sets the CSRF cookie in a fresh browser.
  const { status, body } = await call<{ flows?: Flow[] }>("POST", "/auth/login", { username, password });
  return stepOf(status, body.data?.flows ?? []);
}

/** Second step: a code of the authenticator, or a recovery code. */
export async function enterCode(code: string): Promise<LoginStep> {
  const { status, body } = await call<{ flows?: Flow[] }>("POST", "/auth/2fa/authenticate", { code });
  return stepOf(status, body.data?.flows ?? []);
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/auth/session");
}

/** Changing anything that protects an account asks for the password again after some time: `reauthenticate` is needed. */
export class PasswordAgain extends Error {
  override name = "PasswordAgain";
}

async function guarded<Data>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body<Data> }> {
  const result = await call<Data>(method, path, body);
  if (result.status === 401) throw new PasswordAgain();
  return result;
}

export async function reauthenticate(password: string): Promise<void> {
  await call("POST", "/auth/reauthenticate", { password });
}

export async function changePassword(current: string, next: string): Promise<void> {
  await guarded("POST", "/account/password/change", { current_password: current, new_password: next });
}

export interface Authenticator {
  type: "totp" | "recovery_codes" | "webauthn";
  created_at: number;
  last_used_at: number | null;
  unused_code_count?: number;
}

export async function readAuthenticators(): Promise<Authenticator[]> {
  const { body } = await guarded<Authenticator[]>("GET", "/account/authenticators");
  return body.data ?? [];
}

export interface TotpSecret {
  secret: string;
  totp_url: string;
}

/** A fresh secret for an authenticator app; nothing is switched on until `activateTotp`. */
export async function newTotpSecret(): Promise<TotpSecret | null> {
  const { status, body } = await guarded<unknown>("GET", "/account/authenticators/totp");
  const meta = (body as { meta?: TotpSecret }).meta;
  return status === 404 && meta ? meta : null;
}

export async function activateTotp(code: string): Promise<void> {
  await guarded("POST", "/account/authenticators/totp", { code });
}

export async function deactivateTotp(): Promise<void> {
  await guarded("DELETE", "/account/authenticators/totp");
}

export async function readRecoveryCodes(): Promise<string[]> {
  const { body } = await guarded<{ unused_codes?: string[] }>(
    "GET",
    "/account/authenticators/recovery-codes",
  );
  return body.data?.unused_codes ?? [];
}

export interface BrowserSession {
  id: number;
  ip: string;
  user_agent: string;
  created_at: number;
  last_seen_at?: number;
  is_current: boolean;
}

export async function readSessions(): Promise<BrowserSession[]> {
  const { body } = await guarded<BrowserSession[]>("GET", "/auth/sessions");
  return body.data ?? [];
}

export async function endSessions(ids: readonly number[]): Promise<void> {
  await guarded("DELETE", "/auth/sessions", { sessions: ids });
}
