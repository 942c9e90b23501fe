// The live board as server-sent events. A reader that does not keep up is dropped: its browser comes again, and begins with a snapshot.

import type { ServerResponse } from "node:http";
import { refuse } from "../../base/step.ts";
import type { BoardItem } from "../../contract/board.ts";
import type { LiveBoard } from "../../runtime/operator/board.ts";
import { type Failed, failed } from "./reply.ts";

const MOST_READERS = 64;
const MOST_BACKLOG_BYTES = 4_194_304;
const RETRY_MS = 2000;

const tooMany = failed(503, refuse("100-007", `at most ${MOST_READERS} boards at a time`));

export type BoardStreams = {
  /** `alive`: whether the session still holds, asked at each item. */
  open(response: ServerResponse, alive: () => boolean): Failed | undefined;
  close(): void;
};

export function openBoardStreams(board: LiveBoard): BoardStreams {
  const readers = new Set<ServerResponse>();
  return {
    open(response, alive) {
      if (readers.size >= MOST_READERS) return tooMany;
      response.writeHead(200, {
        ...{ "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      readers.add(response);
      const stop = board.read((item: BoardItem) => {
        if (!alive()) response.end();
        else if (response.writableLength > MOST_BACKLOG_BYTES) response.destroy();
        else response.write(`event: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`);
      });
      response.once("close", () => {
        readers.delete(response);
        stop();
      });
      return undefined;
    },
    close() {
      for (const response of readers) response.end();
    },
  };
}
