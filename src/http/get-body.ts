// The body of a GET: two operations are documented with one (agentbyskill, agentbylist). Fastify reads none, since HTTP gives it no
// meaning (RFC 9110 §9.3.1).

import type { IncomingMessage } from "node:http";
import type { Operation } from "../contract/operation.ts";

export const hasGetBody = ({ method, body }: Operation): boolean => method === "GET" && Object.keys(body).length > 0;

/** null when it is longer than `limit` bytes. Without a body there is nothing to wait for. */
export async function readGetBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
  }
  return bytes > limit ? null : Buffer.concat(chunks);
}
