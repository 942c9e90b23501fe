// The one audit log: what was changed or done, by whom, from where.

import { useTranslation } from "react-i18next";
import { useAnswer } from "./gateway.ts";
import { actWords, auditWords, byWords } from "./gateway-words.ts";
import { Page, Rows, Shown } from "./parts.tsx";
import { dateAndTime } from "./times.ts";

export function AuditPage() {
  const { t } = useTranslation("console");
  return (
    <Page title={t("pages.audit")} about={t("audit.about")}>
      <AuditRows limit={500} />
    </Page>
  );
}

export function AuditRows({ limit }: { readonly limit: number }) {
  const { t, i18n } = useTranslation("console");
  const answer = useAnswer("audit", { limit }, { everyMs: 10_000 });
  return (
    <Shown answer={answer}>
      {(rows) => (
        <Rows
          label={t("pages.audit")}
          rows={rows.map((row, place) => ({ ...row, key: `${row.at} ${rows.length - place}` }))}
          rowKey={({ key }) => key}
          empty={t("audit.none")}
          columns={[
            { head: t("audit.at"), cell: ({ at }) => dateAndTime(at, i18n.language), when: true },
            { head: t("audit.who"), cell: (row) => byWords(t, row) },
            { head: t("audit.what"), cell: ({ what }) => auditWords(t, what) },
            { head: t("audit.before"), cell: ({ before }) => before || "–" },
            { head: t("audit.after"), cell: ({ after }) => actWords(t, after) || "–" },
          ]}
        />
      )}
    </Shown>
  );
}
