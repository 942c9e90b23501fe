// Who may ask on the operator's side, decided in this one place: the session is a cookie that scripts cannot read and other sites do
// not send, and a request that changes something must come from a page of ours, or from no page at all.

import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { refuse } from "../../base/step.ts";
import type { OperatorOperation } from "../../contract/operator.ts";
import type { Operator, OperatorSignIns } from "../../runtime/operator/sign-ins.ts";
import { isLocal } from "../local-page.ts";
import { isOwnPage } from "../session.ts";
import { type Failed, failed } from "./reply.ts";

const isTls = ({ socket }: IncomingMessage): boolean => socket instanceof TLSSocket;

/** Two names: a page over plain HTTP cannot write over a cookie of HTTPS. */
const cookieName = (request: IncomingMessage): string =>
  isTls(request) ? "__Host-seatway-operator" : "seatway-operator";

export function tokenOf(request: IncomingMessage): string | undefined {
  const wanted = cookieName(request);
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [name = "", value] = part.trim().split("=", 2);
    if (name === wanted && value) return value;
  }
  return undefined;
}

/** `token` "" takes the cookie away. Without a time of its own it ends with the browser. */
export function setToken(request: IncomingMessage, response: ServerResponse, token: string): void {
  const secure = isTls(request) ? "; Secure" : "";
  const end = token === "" ? "; Max-Age=0" : "";
  response.setHeader("Set-Cookie", `${cookieName(request)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`);
}

const notSignedIn = failed(401, refuse("100-006", "no operator is signed in"));
const foreign = failed(403, refuse("000-002", "a page of another origin may not do this"));
const noRight = failed(403, refuse("900-002", "for administrators alone"));
const notHere = failed(403, refuse("000-002", "over plain HTTP, on the gateway's own machine only"));

/** null: anyone may ask this. */
export function admit(
  { right, method }: OperatorOperation,
  request: IncomingMessage,
  signIns: OperatorSignIns,
): Operator | null | Failed {
  // By a name of its own that points at 127.0.0.1 any page could be of our origin.
  if (!isTls(request) && !isLocal(request)) return notHere;
  if (method !== "GET" && !isOwnPage(request, [])) return foreign;
  if (right === "anyone") return null;
  const token = tokenOf(request);
  const operator = token === undefined ? undefined : signIns.holder(token);
  if (!operator) return notSignedIn;
  return right === "administrator" && operator.rights !== "administrator" ? noRight : operator;
}
