// The messages of a call as a ladder: a column for each who took part, an arrow for each message.

/** What GET /seatway/calls/{id}/trace says of one message. */
export type TraceMessage = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly direction: "in" | "out";
  readonly peer: { readonly transport: string; readonly address: string; readonly port: number };
  readonly text: string;
};

const COLUMN = 32;
const TIME = 12;
const GATEWAY = "Seatway";

const nameOf = ({ address, port }: TraceMessage["peer"]): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** `INVITE (SDP)` or `200 INVITE`. */
export function summary(text: string): string {
  const [start = ""] = text.split("\r\n", 1);
  const sdp = /^c(?:ontent-type)?[ \t]*:[ \t]*application\/sdp/im.test(text) ? " (SDP)" : "";
  const response = /^SIP\/2\.0 (\d{3})/.exec(start);
  if (!response) return printable(start.split(" ", 1)[0] ?? "") + sdp;
  const method = /^CSeq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text)?.[1] ?? "";
  return printable(`${response[1]} ${method}`) + sdp;
}

/** Texts of the network never move the terminal's cursor. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 14);

/** Lines; the first peer stands left of the gateway, all others right of it. Times since the first message. */
export function ladder(messages: readonly TraceMessage[]): string[] {
  const peers = [...new Set(messages.map(({ peer }) => nameOf(peer)))];
  const columns = [...peers.slice(0, 1), GATEWAY, ...peers.slice(1)];
  const begin = messages[0]?.at ?? 0;
  const gateway = columns.indexOf(GATEWAY);
  const lines = [`${" ".repeat(TIME)}${columns.map((name) => centred(name)).join("")}`.trimEnd()];
  for (const message of messages) {
    const row = columns.map(() => "|");
    const time = `+${(message.at - begin).toFixed(0)} ms`.padEnd(TIME);
    lines.push(time + arrow(row, message, { gateway, peer: columns.indexOf(nameOf(message.peer)) }));
  }
  return lines;
}

const centred = (text: string): string => text.padStart(Math.floor((COLUMN + text.length) / 2)).padEnd(COLUMN);

type Ends = { readonly gateway: number; readonly peer: number };

function arrow(row: readonly string[], { direction, text, peer }: TraceMessage, ends: Ends): string {
  const left = Math.min(ends.gateway, ends.peer);
  const right = Math.max(ends.gateway, ends.peer);
  const toRight = (direction === "in" ? ends.gateway : ends.peer) === right;
  const width = (right - left) * COLUMN - 1;
  const label = ` ${summary(text)} [${peer.transport.toUpperCase()}] `;
  const line = label.padStart(Math.floor((width - 2 + label.length) / 2), "-").padEnd(width - 2, "-");
  const drawn = toRight ? `-${line}>` : `<${line}-`;
  const half = COLUMN / 2;
  const before = row
    .slice(0, left)
    .map((bar) => centred(bar))
    .join("");
  const after = row
    .slice(right + 1)
    .map((bar) => centred(bar))
    .join("");
  return `${before}${" ".repeat(half - 1)}|${drawn}|${" ".repeat(half)}${after}`.trimEnd();
}
