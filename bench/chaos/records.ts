// The call records as everybody may read them: page by page from the gateway's own machine.

/** Times: ISO 8601. */
export type LegRow = {
  readonly side: "agent" | "party";
  readonly number: string | null;
  readonly sipCallId: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
};

export type CallRow = {
  readonly callId: string;
  readonly kind: string;
  readonly outcome: string;
  readonly agents: readonly string[];
  readonly caller: string;
  readonly called: string;
  readonly partyAnsweredAt: string | null;
  readonly endedAt: string | null;
  /** null: none. */
  readonly data: string | null;
  readonly legs: readonly LegRow[];
};

type Page = { readonly records: readonly CallRow[]; readonly next: string | null };

const PAGE = 1_000;

/** All of calls that began then or later (ms since the epoch), by callId. */
export async function readRecords(url: string, from = 0): Promise<ReadonlyMap<string, CallRow>> {
  const rows = new Map<string, CallRow>();
  for (let after: string | null = ""; after !== null; ) {
    const cursor: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const response = await fetch(`${url}/seatway/records?limit=${PAGE}&from=${Math.floor(from)}${cursor}`);
    if (response.status !== 200) throw new Error(`call records: HTTP status ${response.status}`);
    const { records, next } = (await response.json()) as Page;
    for (const row of records) rows.set(row.callId, row);
    after = next;
  }
  return rows;
}
