/** A refusal of the server: what happened, what to do, and the id that finds it in the log. */

export interface Problem {
  code: string;
  title: string;
  remedy: string;
  field: string | null;
  params: Record<string, unknown>;
  errors: Problem[];
}

export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly correlation: string | null,
  ) {
    super(problem.title);
  }

  get code(): string {
    return this.problem.code;
  }
}

function isProblem(body: unknown): body is Partial<Problem> & { code: string; title: string } {
  return typeof body === "object" && body !== null && "code" in body && "title" in body;
}

/** Make the error for an answer that is no success; a body that is no problem keeps only its status. */
export function toApiError(status: number, body: unknown, correlation: string | null): ApiError {
  const found = isProblem(body)
    ? body
    : { code: status >= 500 ? "server_error" : `http_${status}`, title: "" };
  const problem: Problem = { remedy: "", field: null, params: {}, errors: [], ...found };
  return new ApiError(status, problem, correlation);
}

/** The network itself failed: no answer came. */
export class Unreachable extends Error {
  override name = "Unreachable";
}
