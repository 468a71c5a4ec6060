import { ApiError, Unreachable } from "@/api/problem";
import { useTold } from "@/components/ErrorState";
import { FormRefused } from "./auth";

/** Put what the accounts service said into words; `refused` for answers that only say no. */
export function useFormWords(): (error: unknown, refused: string) => string {
  const offline = useTold(new Unreachable("no answer"));
  const broken = useTold(null);
  return (error, refused) => {
    if (error instanceof FormRefused) return error.message || refused;
    if (error instanceof ApiError && error.status < 500) return error.problem.title || refused;
    if (error instanceof Unreachable) return `${offline.title} ${offline.remedy}`;
    return `${broken.title} ${broken.remedy}`;
  };
}
