// SIP messages as a ladder: a column for each who took part, the gateway among them, an arrow for each message. A picture; the list
// below it says the same in words.

import { useTranslation } from "react-i18next";
import type { TimelineEntry } from "../../src/contract/timeline.ts";

type Message = TimelineEntry & { readonly layer: "sip" };

const column = 230;
const row = 30;
const head = 40;
const margin = 90;

const nameOf = ({ address, port }: Message["peer"]): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

const hasSdp = (text: string): boolean => /^c(?:ontent-type)?[ \t]*:[ \t]*application\/sdp/im.test(text);

/** The first peer stands left of the gateway, all others right of it. */
export function Ladder({ messages }: { readonly messages: readonly Message[] }) {
  const { t } = useTranslation("console");
  const peers = [...new Set(messages.map(({ peer }) => nameOf(peer)))];
  const columns = [...peers.slice(0, 1), t("timeline.gateway"), ...peers.slice(1)];
  const placeOf = (index: number): number => margin + column / 2 + index * column;
  const height = head + messages.length * row + 12;
  const begin = messages[0]?.at ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard
    <section className="console-scroll" aria-label={t("timeline.ladder")} tabIndex={0}>
      <svg className="ladder" width={margin + columns.length * column} height={height} role="img">
        <title>{t("timeline.ladderText", { count: messages.length, peers: peers.length })}</title>
        {columns.map((name, index) => (
          <g key={name}>
            <text x={placeOf(index)} y={18} textAnchor="middle" className="ladder-name">
              {name}
            </text>
            <line x1={placeOf(index)} x2={placeOf(index)} y1={head - 12} y2={height} className="ladder-line" />
          </g>
        ))}
        {messages.map((message, index) => {
          const peer = columns.indexOf(nameOf(message.peer));
          const [from, to] = message.direction === "in" ? [placeOf(peer), placeOf(1)] : [placeOf(1), placeOf(peer)];
          const y = head + index * row + 18;
          const way = Math.sign(to - from);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place
            <g key={index} className={/^[3-6]\d\d /.test(message.title) ? "ladder-refused" : "ladder-message"}>
              <text x={8} y={y + 4} className="ladder-time">
                +{Math.round(message.at - begin)} ms
              </text>
              <line x1={from} x2={to - way * 6} y1={y} y2={y} />
              <path d={`M${to} ${y}l${-way * 8} -4v8z`} />
              <text x={(from + to) / 2} y={y - 5} textAnchor="middle" className="ladder-text">
                {`${message.title}${hasSdp(message.text) ? " (SDP)" : ""} · ${message.peer.transport.toUpperCase()}`}
              </text>
            </g>
          );
        })}
      </svg>
    </section>
  );
}
