// What caller and callee of the two-leg load say (RFC 3261), by templates: the load must cost little, so it looks only for
// what it needs, in messages whose headers are spelled out in full, as all three programs under load write them.

import type { Transport } from "../../src/sip/face.ts";
import { audioSdp } from "./audio-sdp.ts";

export type Kind = Extract<Transport, "udp" | "tcp" | "tls">;

/** Both ends of the load: where the caller is heard, and where the callee. */
export type Ends = { readonly transport: Kind; readonly callerPort: number; readonly calleePort: number };

const SDP = audioSdp("127.0.0.1");

const BODY = `Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`;
const EMPTY = "Content-Length: 0\r\n\r\n";

/** The value of the first header of this name, "" without one. */
export function header(text: string, name: string): string {
  const at = text.indexOf(`\r\n${name}: `);
  return at < 0 ? "" : text.slice(at + name.length + 4, text.indexOf("\r\n", at + 2));
}

/** All lines of a header, each with its CRLF, in order. */
function lines(text: string, name: string): string {
  let found = "";
  for (let at = text.indexOf(`\r\n${name}: `); at >= 0; at = text.indexOf(`\r\n${name}: `, at + 2)) {
    found += `${text.slice(at + 2, text.indexOf("\r\n", at + 2))}\r\n`;
  }
  return found;
}

/** What a call's later requests need of its 200. */
export type Route = { readonly uri: string; readonly to: string; readonly routes: string };

const bare = (value: string): string => /<([^>]*)>/.exec(value)?.[1] ?? value;

/** The dialog by a 200 (§12.1.2): remote target, To with tag, Route lines. */
export function routeBy(answer: string): Route {
  const values = lines(answer, "Record-Route").split("\r\n").filter(Boolean).reverse();
  return {
    uri: bare(header(answer, "Contact")),
    to: header(answer, "To"),
    routes: values.map((line) => `Route: ${line.slice(line.indexOf(" ") + 1)}\r\n`).join(""),
  };
}

/** A caller's requests; `id` tells his calls apart. */
export class CallerText {
  private readonly contact: string;
  private readonly via: string;
  private readonly called: string;

  constructor({ transport, callerPort }: Ends, targetPort: number) {
    const way = transport === "udp" ? "" : `;transport=${transport}`;
    this.contact = `Contact: <sip:40038@127.0.0.1:${callerPort}${way}>\r\n`;
    this.via = `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:${callerPort};rport;branch=z9hG4bK`;
    this.called = `sip:40001@127.0.0.1:${targetPort}${way}`;
  }

  invite(id: string): string {
    const more = `${this.contact}Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nUser-Agent: load\r\n${BODY}`;
    return this.head("INVITE", id, { uri: this.called, to: `<${this.called}>`, routes: "" }) + more;
  }

  /** To a 2xx. */
  ack(id: string, route: Route): string {
    return this.head("ACK", `${id}a`, route) + EMPTY;
  }

  bye(id: string, route: Route): string {
    return this.head("BYE", `${id}b`, route) + EMPTY;
  }

  /** To a refusal: on the branch of the INVITE (§17.1.1.3). */
  refusalAck(id: string, response: string): string {
    return this.head("ACK", id, { uri: this.called, to: header(response, "To"), routes: "" }) + EMPTY;
  }

  private head(method: string, branch: string, { uri, to, routes }: Route): string {
    const call = branch.replace(/[ab]$/, "");
    return (
      `${method} ${uri} SIP/2.0\r\n${this.via}${branch}\r\nMax-Forwards: 70\r\n${routes}` +
      `From: "Reception" <sip:40038@127.0.0.1>;tag=${call}\r\nTo: ${to}\r\nCall-ID: ${call}\r\n` +
      `CSeq: ${method === "BYE" ? 2 : 1} ${method}\r\n`
    );
  }
}

/** A callee's responses: what the request says is given back (§8.2.6.2). */
export class CalleeText {
  private readonly contact: string;

  constructor({ transport, calleePort }: Ends) {
    const way = transport === "udp" ? "" : `;transport=${transport}`;
    this.contact = `Contact: <sip:40001@127.0.0.1:${calleePort}${way}>\r\n`;
  }

  ringing(invite: string, tag: string): string {
    return `SIP/2.0 180 Ringing\r\n${this.given(invite, tag)}${this.contact}${EMPTY}`;
  }

  answer(invite: string, tag: string): string {
    return `SIP/2.0 200 OK\r\n${this.given(invite, tag)}${this.contact}Allow: INVITE, ACK, CANCEL, BYE\r\n${BODY}`;
  }

  goodbye(bye: string): string {
    return `SIP/2.0 200 OK\r\n${this.given(bye, "")}${EMPTY}`;
  }

  private given(request: string, tag: string): string {
    const to = `To: ${header(request, "To")}${tag === "" ? "" : `;tag=${tag}`}\r\n`;
    return (
      `${lines(request, "Via")}${lines(request, "Record-Route")}${lines(request, "From")}${to}` +
      `${lines(request, "Call-ID")}${lines(request, "CSeq")}`
    );
  }
}
