import { type ComponentProps, lazy, Suspense } from "react";
import { Bar } from "@/components/Skeletons";

const CodeEditor = lazy(() => import("./CodeEditor"));

/** An editor; its library comes with the first one on a page. */
export function Editor(props: ComponentProps<typeof CodeEditor>) {
  return (
    <Suspense fallback={<Bar height={props.isText ? 320 : 62} />}>
      <CodeEditor {...props} />
    </Suspense>
  );
}
