// Digits in SIP INFO, as phones and gateways without telephone-events send them: `application/dtmf-relay` with lines Signal= and
// Duration=, or `application/dtmf` with the digit alone. Neither was ever an RFC (RFC 6086 leaves them as legacy usage).

/** Longer than any digit; a duration beyond it is a mistake. */
const longestMs = 10_000;
const usualMs = 160;
/** Some write the event number of RFC 4733 instead of the sign. */
const byNumber = ["*", "#", "A", "B", "C", "D"] as const;

/** null: another body, or no digit in it. */
export function infoDigit(contentType: string, body: string): { readonly digit: string; readonly ms: number } | null {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "application/dtmf") return pressed(body.trim(), usualMs);
  if (type !== "application/dtmf-relay") return null;
  const signal = /^[ \t]*signal[ \t]*=[ \t]*(\S{1,2})[ \t]*$/im.exec(body)?.[1] ?? "";
  const duration = Number(/^[ \t]*duration[ \t]*=[ \t]*(\d{1,5})[ \t]*$/im.exec(body)?.[1] ?? usualMs);
  return pressed(signal, Math.min(longestMs, duration));
}

export const infoContentType = "application/dtmf-relay";
export const infoBody = (digit: string): string => `Signal=${digit}\r\nDuration=${usualMs}\r\n`;

function pressed(signal: string, ms: number): { readonly digit: string; readonly ms: number } | null {
  const digit = /^1[0-5]$/.test(signal) ? (byNumber[Number(signal) - 10] ?? "") : signal.toUpperCase();
  return /^[0-9*#A-D]$/.test(digit) ? { digit, ms } : null;
}
