import { useEffect, useRef, useState } from "react";

/** Tell whether an element has ever come near the window: what is far below is loaded later. */
export function useSeen<Box extends Element>(margin = "400px") {
  const ref = useRef<Box>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!ref.current || seen) return;
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      {
        rootMargin: margin,
      },
    );
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [seen, margin]);
  return { ref, seen };
}
