// Which of the real programs are not on this machine: `npm test` says so in SEATWAY_PEERS_MISSING (scripts/peers.mjs).

const missing = new Set((process.env["SEATWAY_PEERS_MISSING"] ?? "").split(",").filter((name) => name !== ""));

/** For `test`'s `skip`: false, or why these programs cannot be asked. */
export function without(...programs: readonly string[]): string | false {
  const absent = programs.filter((program) => missing.has(program));
  return absent.length > 0 && `not installed: ${absent.join(", ")}`;
}
