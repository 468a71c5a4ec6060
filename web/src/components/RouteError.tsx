import { useRouteError } from "react-router";
import { ErrorState } from "./ErrorState";

/** A page that broke while rendering, or whose code could not be loaded. */
export function RouteError() {
  return <ErrorState error={useRouteError()} />;
}
