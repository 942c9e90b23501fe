// Soft parameters as a form and as an MML line, side by side: what one changes the other shows, and both go into the audit log.

import { Button, Code, Group, NumberInput, Paper, SimpleGrid, Stack, Text, Textarea, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OperatorSession, ParameterView } from "../../src/contract/operator-reply.ts";
import { AuditRows } from "./audit.tsx";
import { ask, keyOf, useAnswer } from "./gateway.ts";
import { parameterWords } from "./gateway-words.ts";
import { Copy, Page, Part, Problem, Shown } from "./parts.tsx";

/** The line that does what the form does (docs/parameters.md). */
export const mmlLine = (name: string, value: number | string): string =>
  `MOD SFP: ID=${name}, MODTYPE=P0, VALUE=${value};`;

export function ParametersPage({ session }: { readonly session: OperatorSession }) {
  const { t } = useTranslation("console");
  const answer = useAnswer("parameters", {}, { everyMs: 5_000 });
  const [line, setLine] = useState("LST SFP:;");
  const mayChange = session.rights === "administrator";
  return (
    <Page title={t("pages.parameters")} about={t("parameters.about")}>
      <SimpleGrid cols={{ base: 1, lg: mayChange ? 2 : 1 }} spacing="md" className="console-columns">
        <Part title={t("parameters.form")}>
          <Shown answer={answer}>
            {(parameters) => (
              <Stack gap="sm">
                {parameters.map((parameter) => (
                  <Parameter key={parameter.name} parameter={parameter} mayChange={mayChange} tellLine={setLine} />
                ))}
              </Stack>
            )}
          </Shown>
        </Part>
        {mayChange && <MmlPart line={line} setLine={setLine} />}
      </SimpleGrid>
      <Part title={t("pages.audit")}>
        <AuditRows limit={20} />
      </Part>
    </Page>
  );
}

/** Everything that a change may have changed. */
function useChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: keyOf("parameters") });
    void queries.invalidateQueries({ queryKey: ["operator", "audit"] });
  };
}

type ParameterProps = {
  readonly parameter: ParameterView;
  readonly mayChange: boolean;
  readonly tellLine: (line: string) => void;
};

function Parameter({ parameter, mayChange, tellLine }: ParameterProps) {
  const { t } = useTranslation("console");
  const { name, value, least, most, fallback, source, meaning } = parameter;
  const [text, setText] = useState<string | number>(value);
  useEffect(() => setText(value), [value]);
  const changed = useChanged();
  const change = useMutation({
    networkMode: "always",
    mutationFn: () => ask("changeParameter", { fields: { name }, body: { value: Number(text) } }),
    onSettled: changed,
  });
  const fits = /^\d{1,10}$/.test(`${text}`) && Number(text) >= least && Number(text) <= most;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fits) change.mutate();
  };
  return (
    <Paper withBorder p="sm" component="form" onSubmit={send} noValidate aria-label={name}>
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Text size="xs" c="dimmed">
          {source !== "default" && `${t(`parameters.sources.${source}`)} · `}
          {t("parameters.fallback", { value: fallback })}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {parameterWords(t, name, meaning)}
      </Text>
      <Group align="start" gap="sm">
        <NumberInput
          label={t("parameters.value", { name })}
          value={text}
          onChange={(now) => {
            setText(now);
            tellLine(mmlLine(name, now));
          }}
          error={fits ? undefined : t("parameters.rule", { least, most })}
          allowDecimal={false}
          hideControls
          clampBehavior="none"
          readOnly={!mayChange}
          w={220}
        />
        {mayChange && (
          <Button
            type="submit"
            className="console-act"
            disabled={!fits || Number(text) === value}
            loading={change.isPending}
          >
            {t("parameters.save")}
          </Button>
        )}
        <Text size="sm" className="console-number console-act console-beside" aria-label={t("parameters.hexadecimal")}>
          0x{value.toString(16).toUpperCase().padStart(8, "0")}
        </Text>
      </Group>
      {most > 1 && (
        <Bits
          name={name}
          value={fits ? Number(text) : value}
          setValue={mayChange ? setText : null}
          tellLine={tellLine}
        />
      )}
      <div aria-live="polite" className="console-result">
        {change.error && <Problem fault={change.error} />}
        {change.data && change.data.after === value && (
          <Text size="sm">{t("parameters.done", { before: change.data.before, after: change.data.after })}</Text>
        )}
      </div>
    </Paper>
  );
}

type BitsProps = {
  readonly name: string;
  readonly value: number;
  readonly setValue: ((value: number) => void) | null;
  readonly tellLine: (line: string) => void;
};

/** All 32 switches, the least significant at the right. */
function Bits({ name, value, setValue, tellLine }: BitsProps) {
  const { t } = useTranslation("console");
  return (
    <fieldset className="console-bits">
      <legend>{t("parameters.bits")}</legend>
      {Array.from({ length: 32 }, (_, index) => 31 - index).map((bit) => {
        const on = (value >>> bit) % 2 === 1;
        return (
          <label key={bit} title={t("parameters.bit", { bit })}>
            <input
              type="checkbox"
              checked={on}
              disabled={!setValue}
              aria-label={t("parameters.bit", { bit })}
              onChange={() => {
                const next = on ? value - 2 ** bit : value + 2 ** bit;
                setValue?.(next);
                tellLine(mmlLine(name, next));
              }}
            />
            <span aria-hidden="true">{bit}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

type MmlProps = { readonly line: string; readonly setLine: (line: string) => void };

function MmlPart({ line, setLine }: MmlProps) {
  const { t } = useTranslation("console");
  const changed = useChanged();
  const run = useMutation({
    networkMode: "always",
    mutationFn: () => ask("mml", { body: { command: line } }),
    onSettled: changed,
  });
  const empty = line.trim() === "";
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!empty) run.mutate();
  };
  return (
    <Part title={t("parameters.mml")}>
      <form onSubmit={send} noValidate>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t("parameters.mmlAbout")}
          </Text>
          <Textarea
            label={t("parameters.command")}
            value={line}
            onChange={(event) => setLine(event.currentTarget.value)}
            error={empty ? t("parameters.commandRule") : undefined}
            maxLength={1024}
            autosize
            minRows={2}
            classNames={{ input: "console-code" }}
            spellCheck={false}
          />
          <Group gap="xs">
            <Button type="submit" loading={run.isPending} disabled={empty}>
              {t("parameters.run")}
            </Button>
            <Copy text={line} label={t("copy")} />
          </Group>
          <div aria-live="polite" className="console-result">
            {run.error && <Problem fault={run.error} />}
            {run.data && (
              <Code block tabIndex={0} data-retcode={run.data.retcode}>
                {run.data.report.replaceAll("\r\n", "\n")}
              </Code>
            )}
          </div>
        </Stack>
      </form>
    </Part>
  );
}
