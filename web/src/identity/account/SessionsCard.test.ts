import { expect, it } from "vitest";
import { browserName } from "./SessionsCard";

it("names the browser and the system, and keeps what it does not know", () => {
  const edge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0";
  expect(browserName(edge)).toBe("Edge · Windows");
  expect(browserName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604")).toBe(
    "Safari · iPhone",
  );
  expect(browserName("curl/8.5.0")).toBe("curl/8.5.0");
});
