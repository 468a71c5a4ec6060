import createClient, { type Middleware } from "openapi-fetch";
import { currentLanguage } from "@/app/i18n/language";
import { toApiError, Unreachable } from "./problem";
import type { paths } from "./schema";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

function cookie(name: string): string {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/** Headers of every request: the person's language, and the CSRF token where something may change. */
export function requestHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { "Accept-Language": currentLanguage() };
  if (!SAFE.has(method.toUpperCase())) headers["X-CSRFToken"] = cookie("metrion_csrf");
  return headers;
}

const house: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method)))
      request.headers.set(name, value);
    return request;
  },
  onError() {
    return new Unreachable("no answer");
  },
};

/** The typed client of `/api/v1`. Wrap each call in `answer` to get the data or a thrown `ApiError`. */
export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });
api.use(house);

interface Result<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Return the data of a call; throw `ApiError` when the server refused. */
export async function answer<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error, response.headers.get("X-Request-Id"));
  return data as Data;
}
