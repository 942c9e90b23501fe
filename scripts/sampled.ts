// Replies of a running gateway as the documents show them: what another run would answer otherwise (ports, ids, times, what was
// measured) is a sample of the same form, so that the documents change when the contract does and not with each run.

/** What is measured, and what follows from a port or a moment; by the field's name, where it is a number. */
const measured: Readonly<Record<string, number>> = {
  ...{ statetime: 6, ms: 20, length: 0, bytes: 684, fileSize: 684, port: 5060 },
  ...{ talkMs: 2000, packetsIn: 100, packetsOut: 100, lost: 0, lossPercent: 0, jitterMs: 0.4, mos: 4.41, begun: 1 },
};

/** What the other side says of a leg; null when its report came too late. */
const reported: Readonly<Record<string, number>> = { rttMs: 1.2, lostAtPeer: 0, jitterAtPeerMs: 0.4, mosAtPeer: 4.41 };

/** A trunk's probes and replies are as many as the run has lasted for. */
const listed: Readonly<Record<string, number>> = { probes: 1, replies: 1 };

const callId = "1795350417-1";
const epochS = 1_795_350_417;
const hex = "01a0ff09bfc445a6bd8108e8d582d1b3";
const moment = "2026-11-22T12:13:37.000Z";

/** The years 2023 to 2033. */
const isEpoch = (seconds: number): boolean => seconds > 1.7e9 && seconds < 2e9;

function number(name: string, value: number): number {
  if (isEpoch(value / 1000)) return epochS * 1000;
  return isEpoch(value) ? epochS : (measured[name] ?? value);
}

/** In this order: a call id begins as a time does. */
const samples: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "01a0ff09-bfc4-45a6-bd81-08e8d582d1b3"],
  [/\b1[789]\d{8}-\d+/g, callId],
  [/\b1[789]\d{8}(\d{3})?(?![\d-])/g, (found) => `${epochS}000`.slice(0, found.length)],
  [/\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d+)?Z?)?/g, (found) => moment.slice(0, found.length)],
  // Hashes, traces; tags, branches and Call-IDs of SIP.
  [/[\da-f]{24,}/g, (found) => hex.repeat(2).slice(0, found.length)],
  [/(?<=\b127\.0\.0\.1:)\d+/g, "5060"],
  // A session description: its id and the port of its audio.
  [/^o=- \d+ /gm, `o=- ${epochS} `],
  [/^m=audio \d+ /gm, "m=audio 10000 "],
];

/** The length of a SIP message's body, after the samples have changed it. */
const withLength = (text: string): string =>
  text.replace(/^Content-Length: \d+\r\n(?=\r\n)/m, (_, at: number) => {
    const body = text.slice(text.indexOf("\r\n\r\n", at) + 4);
    return `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  });

const text = (value: string): string =>
  withLength(samples.reduce((so, [form, sample]) => so.replace(form, sample as string), value));

/** `name`: of the field that holds the value. Of a list its first two. */
export function sampled(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.slice(0, listed[name] ?? 2).map((each) => sampled(each, name));
  if (Object.hasOwn(reported, name)) return reported[name];
  if (typeof value === "number") return number(name, value);
  if (typeof value === "string") return name === "port" ? `${measured["port"]}` : text(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, sampled(each, field)]));
}
