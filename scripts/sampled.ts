// Replies of a running gateway as the documents show them.

/** What differs from run to run, as a sample of the same form; ports too. */
export function sampled(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 2).map(sampled);
  if (typeof value === "number") return value > 1e12 ? 1_795_350_417_000 : value > 1e9 ? 1_795_350_417 : value;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sampled(each)]));
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "01a0ff09-bfc4-45a6-bd81-08e8d582d1b3")
    .replace(/^\d{10}-\d+$/, "1795350417-1")
    .replace(/\b1[789]\d{8}(\d{3})?\b/g, (found) => "1795350417000".slice(0, found.length))
    .replace(/\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d+)?Z?)?/g, (found) =>
      "2026-11-22T12:13:37.000Z".slice(0, found.length),
    );
}
