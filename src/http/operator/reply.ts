// Replies of the operator's side: JSON without an envelope, and refusals with a status of their own.

import type { ServerResponse } from "node:http";
import type { Refused } from "../../runtime/face.ts";
import { refusalBody, retryHeaders, sendJson } from "../reply.ts";

export type Failed = { readonly status: number; readonly refusal: Refused };

export const failed = (status: number, refusal: Refused): Failed => ({ status, refusal });

export const isFailed = (value: unknown): value is Failed =>
  typeof value === "object" && value !== null && "refusal" in value;

const statuses: Readonly<Partial<Record<Refused["refused"], number>>> = {
  "000-002": 400,
  "100-004": 401,
  "110-016": 429,
  "900-002": 403,
  "104-005": 404,
  "100-007": 503,
};

/** A refusal of the runtime. `status`: where its code alone does not say it. */
export const refusedBy = (refusal: Refused, status = statuses[refusal.refused] ?? 409): Failed =>
  failed(status, refusal);

/** undefined has no body. */
export function answer(response: ServerResponse, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  if (isFailed(value)) sendJson(response, value.status, refusalBody(value.refusal), retryHeaders(value.refusal));
  else sendJson(response, 200, JSON.stringify(value ?? {}), []);
}
