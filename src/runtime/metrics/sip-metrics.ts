// What the SIP endpoint reports, counted: messages by method and status, what the guard does not let in, overload.

import type { Ban, SipDrop, SipEndpoint, SipReport } from "../../sip/face.ts";
import type { MetricsRegistry } from "./registry.ts";

export type SipMetrics = {
  readonly report: (report: SipReport) => void;
  readonly banned: (ban: Pick<Ban, "reason">) => void;
  /** Whose transactions and dialogs are shown. */
  watch(sip: Pick<SipEndpoint, "census">): void;
};

const DROPS: readonly SipDrop[] = ["banned", "rate", "connections", "malformed"];
const BANS: readonly Ban["reason"][] = ["scanner", "dictionary", "stranger"];
const each = (values: readonly string[]) => values.map((value) => [value]);

export function sipMetrics({ counter, gauge }: MetricsRegistry): SipMetrics {
  const requests = counter({
    name: "seatway_sip_requests_total",
    help: "SIP requests at the sockets, retransmissions too, by direction (in, out) and method",
    labels: ["direction", "method"],
  });
  const responses = counter({
    name: "seatway_sip_responses_total",
    help: "SIP responses at the sockets, retransmissions too, by direction, method of their request and status code",
    labels: ["direction", "method", "status"],
  });
  const dropped = counter(
    {
      name: "seatway_sip_dropped_total",
      help: "Messages and connections of which nothing became: banned, rate, connections, malformed",
      labels: ["reason"],
    },
    each(DROPS),
  );
  const bans = counter(
    { name: "seatway_sip_bans_total", help: "Addresses that the guard has banned, by reason", labels: ["reason"] },
    each(BANS),
  );
  const overloads = counter({
    name: "seatway_sip_overloads_total",
    help: "How often the endpoint has begun to refuse new work because the event loop was late",
  });
  let overloaded = 0;
  gauge({ name: "seatway_sip_overloaded", help: "1 while new calls and registrations are refused" }, () => [
    [overloaded],
  ]);
  return {
    report(it) {
      if (it.type === "request") requests(it.direction, it.method);
      else if (it.type === "response") responses(it.direction, it.method, it.status);
      else if (it.type === "dropped") dropped(it.reason);
      else {
        overloaded = it.began ? 1 : 0;
        if (it.began) overloads();
      }
    },
    banned: ({ reason }) => bans(reason),
    watch(sip) {
      gauge({ name: "seatway_sip_transactions", help: "SIP transactions that wait for an answer" }, () => [
        [sip.census().transactions],
      ]);
      gauge({ name: "seatway_sip_dialogs", help: "SIP dialogs, early ones and subscriptions too" }, () => [
        [sip.census().dialogs],
      ]);
    },
  };
}
