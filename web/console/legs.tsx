// The legs of a call with what was measured of their audio: here, and what the peer told of what it got.

import { useTranslation } from "react-i18next";
import type { LegRecordView } from "../../src/contract/call-record.ts";
import { Rows } from "./parts.tsx";

const shown = (value: number | null, unit = ""): string => (value === null ? "–" : `${value}${unit}`);

/** Below it many are dissatisfied (ITU-T G.107, annex B). */
const poor = 3.6;

export function Legs({ legs }: { readonly legs: readonly LegRecordView[] }) {
  const { t } = useTranslation("console");
  return (
    <Rows
      label={t("timeline.legs")}
      rows={legs}
      rowKey={({ leg }) => leg}
      empty={t("nothingFound")}
      columns={[
        {
          head: t("legs.who"),
          cell: ({ side, agent, number, trunk }) => (
            <>
              <b>{t(`legs.${side}`)}</b> {[agent, number, trunk].filter(Boolean).join(" · ")}
            </>
          ),
        },
        { head: t("legs.codec"), cell: ({ codec }) => codec ?? "–" },
        {
          head: t("legs.packets"),
          cell: ({ packetsIn, packetsOut }) => `${shown(packetsIn)} / ${shown(packetsOut)}`,
          numeric: true,
        },
        { head: t("legs.loss"), cell: ({ lossPercent }) => shown(lossPercent, " %"), numeric: true },
        { head: t("legs.jitter"), cell: ({ jitterMs }) => shown(jitterMs, " ms"), numeric: true },
        { head: t("legs.rtt"), cell: ({ rttMs }) => shown(rttMs, " ms"), numeric: true },
        { head: t("legs.mos"), cell: ({ mos }) => <Mos value={mos} />, numeric: true },
        { head: t("legs.mosAtPeer"), cell: ({ mosAtPeer }) => <Mos value={mosAtPeer} />, numeric: true },
        { head: t("legs.status"), cell: ({ sipStatus }) => shown(sipStatus), numeric: true },
      ]}
    />
  );
}

function Mos({ value }: { readonly value: number | null }) {
  const { t } = useTranslation("console");
  if (value === null || value >= poor) return shown(value);
  return (
    <b className="console-poor">
      {value} {t("legs.poor")}
    </b>
  );
}
