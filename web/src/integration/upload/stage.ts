import { requestHeaders } from "@/api/client";
import { toApiError, Unreachable } from "@/api/problem";
import type { ReadAs, UploadPreview } from "@/api/schema";

export type Told = Pick<Partial<ReadAs>, "encoding" | "delimiter" | "header" | "sheet">;

/** Bring a file to the server. `onPart` hears how much of it has been sent, from 0 to 1. */
export function stage(file: File, told: Told, onPart: (part: number) => void): Promise<UploadPreview> {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(told)) {
    if (value !== null && value !== undefined) form.append(name, String(value));
  }
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much of a body was sent.
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/uploads");
    for (const [name, value] of Object.entries(requestHeaders("POST"))) request.setRequestHeader(name, value);
    request.setRequestHeader("Idempotency-Key", crypto.randomUUID());
    request.responseType = "json";
    request.upload.onprogress = (event) => onPart(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = () => reject(new Unreachable("no answer"));
    request.onload = () => {
      const body: unknown = request.response;
      if (request.status === 201) resolve(body as UploadPreview);
      else reject(toApiError(request.status, body, request.getResponseHeader("X-Request-Id")));
    };
    request.send(form);
  });
}
