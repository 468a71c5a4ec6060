import { Alert } from "antd";
import { useTold } from "@/components/ErrorState";

/** Why a command was refused and what to do, inside a form. */
export function Refused({ error }: { error: unknown }) {
  const told = useTold(error);
  if (error === null) return null;
  const faults = told.faults.map((fault) => <li key={`${fault.field}/${fault.title}`}>{fault.title}</li>);
  return (
    <Alert
      type="error"
      showIcon
      title={told.title}
      description={
        <>
          {told.remedy}
          {faults.length > 0 && <ul>{faults}</ul>}
        </>
      }
    />
  );
}
