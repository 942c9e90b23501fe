// In which order the files of a run begin. Files that keep a core busy (a browser, a build) and files that wait for most of their time
// (for phones, for a timer) go side by side: then more of them fit on a machine at once, and neither kind is left for the end.

/** All of both: the fewer ones stand among the many at even distances, each kind in its own order. */
export function dealt(some, others) {
  const placed = [some, others].flatMap((files) => files.map((file, at) => [(at + 0.5) / files.length, file]));
  return placed.sort(([a], [b]) => a - b).map(([, file]) => file);
}
