/** Name of a file -> its text. */
export type Files = Readonly<Record<string, string>>;

interface Brought {
  name: string;
  webkitRelativePath?: string;
  text(): Promise<string>;
}

/** Return the files with one more; a file of the same name is replaced. */
export async function withFile(files: Files, brought: Brought): Promise<Files> {
  return { ...files, [brought.webkitRelativePath || brought.name]: await brought.text() };
}

export function withoutFile(files: Files, name: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([each]) => each !== name));
}

/** What is sent: the files, and what was pasted under a name of its own. */
export function allTexts(files: Files, pasted: string, name: string): Files {
  return pasted.trim() === "" ? files : { ...files, [name]: pasted };
}
