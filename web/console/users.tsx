// Users and rights: who may do what, and who has no password.

import { Alert, Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAnswer } from "./gateway.ts";
import { Page, Rows, Shown } from "./parts.tsx";

const rights = ["agent", "supervisor", "administrator"] as const;

export function UsersPage() {
  const { t } = useTranslation("console");
  const answer = useAnswer("users", {}, { everyMs: 10_000 });
  return (
    <Page title={t("pages.users")} about={t("users.about")}>
      <Shown answer={answer}>
        {(users) => {
          const open = users.filter(({ password }) => password === "empty");
          return (
            <>
              {open.length > 0 && (
                <Alert color="yellow" variant="light" title={t("users.open", { count: open.length })}>
                  {t("users.openText")}
                </Alert>
              )}
              <Rows
                label={t("pages.users")}
                rows={users}
                rowKey={({ id }) => id}
                empty={t("nothingFound")}
                columns={[
                  { head: t("agents.id"), cell: ({ id }) => <b>{id}</b> },
                  { head: t("agents.name"), cell: ({ name }) => name },
                  ...rights.map((right) => ({
                    head: t(`rights.${right}`),
                    cell: (user: (typeof users)[number]) => (user.rights.includes(right) ? t("yes") : "–"),
                  })),
                  {
                    head: t("users.password"),
                    cell: ({ password }) => (
                      <Badge variant="outline" color={password === "set" ? "teal" : "yellow"}>
                        {t(`users.passwords.${password}`)}
                      </Badge>
                    ),
                  },
                  { head: t("users.signedIn"), cell: ({ signedIn }) => (signedIn ? t("yes") : t("no")) },
                ]}
              />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}
