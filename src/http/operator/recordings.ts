// A recording for the player of a page: the whole file or the part that it asks for (RFC 9110 §14), and who heard it in the audit log.

import type { IncomingMessage, ServerResponse } from "node:http";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import type { OperatorRecordings, Range } from "../../runtime/operator/recording-shelf.ts";
import { type Failed, refusedBy } from "./reply.ts";

/** One range; several at a time, or another unit, are passed over, as §14.2 allows. */
export function rangeOf(header: string | undefined): Range | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  return { from: first === "" ? null : Number(first), to: last === "" ? null : Number(last) };
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** `heard`: told when somebody begins to hear it. */
export async function sendRecording(
  recordings: OperatorRecordings,
  taskId: number,
  { request, response, heard }: Exchange & { readonly heard: (file: string) => void },
): Promise<Failed | undefined> {
  const range = rangeOf(request.headers.range);
  const part = await recordings.part(taskId, range);
  if ("refused" in part) return refusedBy(part, part.refused === "000-002" ? 416 : undefined);
  const { name, bytes, from, to, content } = part;
  if (from === 0) heard(name);
  response.writeHead(range ? 206 : 200, {
    "Content-Type": "audio/wav",
    "Content-Length": to - from + 1,
    "Accept-Ranges": "bytes",
    ...(range && { "Content-Range": `bytes ${from}-${to}/${bytes}` }),
    "Content-Disposition": `inline; filename="${basename(name)}"`,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  pipeline(content, response, () => {});
  return undefined;
}
