// A recording as the reply, without an envelope (operations.json: "success: the file"). It goes from disk to socket as the peer takes
// it; a disk that gives up in the middle breaks the connection, since the length has been promised.

import type { ServerResponse } from "node:http";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import type { RecordingFile } from "../runtime/recording-face.ts";
import type { HeaderList } from "./reply.ts";

/** `failed`: the reply did not arrive whole. */
export function sendFile(
  response: ServerResponse,
  { name, bytes, content }: RecordingFile,
  headers: HeaderList,
  failed: (code: string) => void,
): void {
  response.writeHead(200, [
    ...["Content-Type", "audio/wav", "Content-Length", String(bytes)],
    ...["Content-Disposition", `attachment; filename="${basename(name)}"`],
    ...["Cache-Control", "no-store", ...headers],
  ]);
  pipeline(content, response, (fault) => {
    if (fault) failed(fault.code ?? fault.message);
  });
}
