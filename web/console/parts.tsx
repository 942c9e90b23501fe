// What the pages of the console are made of: a heading with actions, a table that can be scrolled by keyboard, and the states of an
// answer that is not there: it comes, it is empty, it was refused, nobody answers.

import { Alert, Button, CopyButton, Group, Loader, Stack, Table, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useId } from "react";
import { useTranslation } from "react-i18next";
import type { OperatorReplies } from "../../src/contract/operator-reply.ts";
import { type Answer, Refusal } from "./gateway.ts";

type PageProps = {
  readonly title: string;
  /** In one sentence. */
  readonly about?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, about, actions, children }: PageProps) {
  const { t } = useTranslation("console");
  useEffect(() => {
    document.title = `${title} – ${t("title")} – Seatway`;
  }, [title, t]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="end" gap="sm">
        <div>
          <Title order={1} size="h3">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" size="sm" maw={720}>
              {about}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

type ProblemProps = {
  readonly fault: Error;
  readonly again?: () => void;
  /** What a code means on this page, in the reader's language; "": the gateway's own sentence says it. */
  readonly say?: (code: string) => string;
};

/** Why something did not come or was not done, with what to do. */
export function Problem({ fault, again, say }: ProblemProps) {
  const { t } = useTranslation("console");
  const refused = fault instanceof Refusal ? fault.refused : null;
  const title = refused ? t("problem.refused") : t("problem.away");
  const meaning = refused && say ? say(refused.refused) : "";
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Stack gap="xs" align="start">
        <Text size="sm">
          {refused ? t("beside", { text: meaning || refused.message, more: refused.refused }) : t("problem.awayText")}
        </Text>
        {again && (
          <Button variant="default" size="xs" onClick={again}>
            {t("problem.again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return (
    <Text c="dimmed" className="console-empty">
      {children}
    </Text>
  );
}

type ShownProps<Id extends keyof OperatorReplies> = {
  readonly answer: Answer<Id>;
  readonly children: (value: NonNullable<Answer<Id>["data"]>) => ReactNode;
};

/** The answer, or what there is instead. What came before stays, with a word that it is old. */
export function Shown<Id extends keyof OperatorReplies>({ answer, children }: ShownProps<Id>) {
  const { t } = useTranslation("console");
  const { data, error, refetch } = answer;
  const again = () => void refetch();
  if (data === undefined || data === null)
    return error ? <Problem fault={error} again={again} /> : <Loader size="sm" aria-label={t("loading")} />;
  return (
    <Stack gap="md">
      {error && <Problem fault={error} again={again} />}
      {children(data as NonNullable<Answer<Id>["data"]>)}
    </Stack>
  );
}

export type Column<Row> = {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: true;
  /** Date and time. */
  readonly when?: true;
};

const cellClass = ({ numeric, when }: Pick<Column<never>, "numeric" | "when">): string => {
  if (numeric) return "console-number";
  return when ? "console-when" : "console-cell";
};

type RowsProps<Row> = {
  /** Says what the table is to who does not see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly empty: string;
};

export function Rows<Row>({ label, columns, rows, rowKey, empty }: RowsProps<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard
    <section className="console-scroll" aria-label={label} tabIndex={0}>
      <Table verticalSpacing={6} striped highlightOnHover stickyHeader={false}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ head, numeric }) => (
              <Table.Th key={head} ta={numeric ? "right" : "left"} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map((column) => (
                <Table.Td key={column.head} className={cellClass(column)}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation("console");
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" onClick={copy}>
          {copied ? t("copied") : label}
        </Button>
      )}
    </CopyButton>
  );
}

/** A part of a page with a heading of its own. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="console-part" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}
