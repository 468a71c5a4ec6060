import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";

interface Props {
  id?: string;
  label: string;
  value?: string | null;
  onChange?: (username: string | null) => void;
  disabled?: boolean;
}

const SHOWN = 20;

/** One person, found by name or user name. */
export function PeopleSelect({ id, label, value = null, onChange, disabled }: Props) {
  const pick = usePick();
  const [words, setWords] = useState("");
  const search = useDebounced(words.trim(), 200);
  const people = useQuery({
    queryKey: ["people", "find", search],
    queryFn: () => answer(api.GET("/api/v1/people", { params: { query: { search, limit: SHOWN } } })),
    placeholderData: (previous) => previous,
  });
  const chosen = useQuery({
    queryKey: ["people", "name", value],
    queryFn: () =>
      answer(api.GET("/api/v1/people/{username}", { params: { path: { username: value ?? "" } } })),
    enabled: value !== null && value !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const found = [...(people.data?.items ?? [])];
  if (chosen.data && !found.some((person) => person.username === value)) found.unshift(chosen.data);
  return (
    <Select
      id={id}
      aria-label={label}
      placeholder={label}
      allowClear
      disabled={disabled}
      value={value || null}
      showSearch={{ filterOption: false, onSearch: setWords }}
      loading={people.isFetching}
      options={found.map((person) => ({
        value: person.username,
        label: `${pick(person.name)} · ${person.username}`,
      }))}
      onChange={(username: string | null) => onChange?.(username ?? null)}
    />
  );
}
