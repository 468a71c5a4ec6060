import { useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { PersonTag } from "./PersonTag";

/** A person known by user name only; the name is asked for once and kept. */
export function Who({ username }: { username: string }) {
  const person = useQuery({
    queryKey: ["people", "name", username],
    queryFn: () => answer(api.GET("/api/v1/people/{username}", { params: { path: { username } } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    enabled: username !== "",
  });
  // Nobody: the product itself did it.
  if (username === "") return <span className="faint">–</span>;
  return <PersonTag person={person.data ?? { username, name: {} }} />;
}
