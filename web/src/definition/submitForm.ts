/** The request that goes with a draft, kept in this browser until it is sent. */
export interface SubmitForm {
  title: string;
  reason: string;
  coAuthors: string[];
  effectiveFrom: string | null;
  /** The same request sent twice is one request. */
  key: string;
}

const place = (username: string, draft: string) => `metrion.submit.${username}.${draft}`;

function blank(): SubmitForm {
  return { title: "", reason: "", coAuthors: [], effectiveFrom: null, key: crypto.randomUUID() };
}

export function readForm(username: string, draft: string): SubmitForm {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place(username, draft)) ?? "{}");
    return { ...blank(), ...(typeof found === "object" ? found : {}) };
  } catch {
    return blank();
  }
}

export function keepForm(username: string, draft: string, form: SubmitForm): void {
  try {
    localStorage.setItem(place(username, draft), JSON.stringify(form));
  } catch {
    // A browser that refuses storage forgets the request when the page is closed.
  }
}

export function forgetForm(username: string, draft: string): void {
  try {
    localStorage.removeItem(place(username, draft));
  } catch {
    // Nothing was kept then.
  }
}
