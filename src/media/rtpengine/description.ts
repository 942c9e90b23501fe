// A session description (RFC 8866) as text in sections: enough to put other addresses, ports and keys into it, whatever codecs it
// speaks of. The negotiation itself is the plane's (sdp/).

export type Section = {
  /** audio, video, … */
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  /** The payload types, in their order. */
  readonly formats: string;
  /** What follows the m-line. */
  readonly lines: readonly string[];
};

export type Description = { readonly session: readonly string[]; readonly sections: readonly Section[] };

const mediaLine = /^m=([a-z]+) (\d{1,5})(?:\/\d+)? ([A-Za-z0-9/]+) (.+)$/;

/** undefined: an m-line that is none, or no v= in front. */
export function split(sdp: string): Description | undefined {
  const session: string[] = [];
  const sections: (Omit<Section, "lines"> & { readonly lines: string[] })[] = [];
  for (const line of sdp.split(/\r?\n/)) {
    if (line === "") continue;
    if (line.startsWith("m=")) {
      const [, kind, port, protocol, formats] = mediaLine.exec(line) ?? [];
      if (kind === undefined || protocol === undefined || formats === undefined) return undefined;
      sections.push({ kind, port: Number(port), protocol, formats: formats.trim(), lines: [] });
    } else {
      (sections.at(-1)?.lines ?? session).push(line);
    }
  }
  return session[0]?.startsWith("v=") ? { session, sections } : undefined;
}

export function join({ session, sections }: Description): string {
  const lines = sections.flatMap(({ kind, port, protocol, formats, lines: own }) => [
    `m=${kind} ${port} ${protocol} ${formats}`,
    ...own,
  ]);
  return [...session, ...lines, ""].join("\r\n");
}

/** The address of `c=` that holds for a section; undefined: there is none. */
export function addressOf({ session }: Description, section: Section): string | undefined {
  const line = [...section.lines, ...session].find((one) => one.startsWith("c="));
  return line && /^c=IN IP[46] ([^/ ]+)/.exec(line)?.[1];
}

/** `c=` and the end of `o=` for this address. */
export const netType = (address: string): string => `IN ${address.includes(":") ? "IP6" : "IP4"} ${address}`;
