// All call records that a filter finds, as one file: page after page as the peer takes it, so that one page at most is in memory.
// The first is read before the head goes out; when a later one cannot be read the connection is broken, since a file that
// ends early would pass for the whole.

import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ArchivedCall, ArchivePage, ArchiveQuery, CallArchive } from "../runtime/call-archive.ts";
import { callCsv, legCsv, recordJson } from "./record-views.ts";
import type { HeaderList } from "./reply.ts";

/** `legs`: CSV, a row for each leg. */
export type RecordFormat = "json" | "csv" | "legs";

/** Calls that are written at once: little enough that no audio waits for it. */
const AT_ONCE = 200;

type Find = CallArchive["find"];

async function* pagesFrom(first: ArchivePage, query: ArchiveQuery, find: Find): AsyncGenerator<ArchivedCall[]> {
  for (let page = first; ; page = await find({ ...query, after: page.next })) {
    yield [...page.calls];
    if (page.next === null) return;
  }
}

async function* written(pages: AsyncIterable<readonly ArchivedCall[]>, format: RecordFormat): AsyncGenerator<string> {
  let first = true;
  if (format === "json") yield '{"records":[';
  for await (const calls of pages) {
    if (format !== "json") yield (format === "legs" ? legCsv : callCsv)(calls, first);
    else if (calls.length > 0)
      yield (first ? "" : ",") + calls.map((call) => JSON.stringify(recordJson(call))).join(",");
    first = false;
  }
  if (format === "json") yield '],"next":null}';
}

/** Rejects before anything is written when the first page cannot be read; later the connection is destroyed, and it rejects too. */
export async function exportRecords(
  { find }: Pick<CallArchive, "find">,
  { query, format }: { readonly query: ArchiveQuery; readonly format: RecordFormat },
  { response, headers }: { readonly response: ServerResponse; readonly headers: HeaderList },
): Promise<void> {
  const paged = { ...query, limit: AT_ONCE };
  const first = await find(paged);
  response.writeHead(200, [...headers]);
  await pipeline(Readable.from(written(pagesFrom(first, paged, find), format)), response);
}
