import { useEffect, useState } from "react";

/** Return `value` once it has stood still for `wait` milliseconds. */
export function useDebounced<Value>(value: Value, wait: number): Value {
  const [still, setStill] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setStill(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return still;
}
