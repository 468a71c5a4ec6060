import { usePick } from "@/app/i18n/text";
import { useDimensions } from "@/definition/sources";

/** Names of dimensions by their codes; a code that is no dimension open to the reader stays as it is. */
export function useFieldNames() {
  const pick = usePick();
  const { dimensions } = useDimensions();
  return (field: string): string =>
    pick(dimensions.find((dimension) => dimension.code === field)?.name) || field;
}
