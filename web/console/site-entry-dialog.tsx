// One entry of the site in a form: each field with its rule, what the gateway refuses at the field that it names, and the end of the entry,
// which is asked once more.

import {
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SiteEntryView, SiteKind } from "../../src/contract/site-edit.ts";
import { focusWrong } from "../shell/focus.ts";
import { ask, Refusal } from "./gateway.ts";
import { Problem } from "./parts.tsx";
import {
  type Draft,
  draftOf,
  type FieldForm,
  type FieldName,
  fieldOfRefusal,
  fieldsOf,
  isWrong,
  keyOfForm,
  siteForms,
  textIn,
  ticked,
} from "./site-fields.ts";
import { Sure } from "./sure.tsx";

type DialogProps = {
  readonly kind: SiteKind;
  /** null: a new one. */
  readonly entry: SiteEntryView | null;
  readonly close: () => void;
};

export function SiteEntryDialog({ kind, entry, close }: DialogProps) {
  const { t } = useTranslation("console");
  return (
    <Modal
      opened
      onClose={close}
      title={entry ? t("site.changeOne", { key: entry.key }) : t(`site.new.${kind}`)}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
      size="lg"
      // Locking the page behind it writes a style that the page's policy does not let through.
      lockScroll={false}
    >
      <EntryForm kind={kind} entry={entry} close={close} />
    </Modal>
  );
}

/** Everything on the pages may have changed with it. */
function useEntryWrites({ kind, entry, close }: DialogProps, draft: Draft) {
  const queries = useQueryClient();
  const after = {
    networkMode: "always",
    onSuccess: close,
    onSettled: () => void queries.invalidateQueries({ queryKey: ["operator"] }),
  } as const;
  const key = entry?.key ?? textIn(draft, keyOfForm(kind));
  const save = useMutation({
    ...after,
    mutationFn: () =>
      ask(entry ? "changeEntry" : "createEntry", { fields: { kind, key }, body: fieldsOf(kind, draft) }),
  });
  const remove = useMutation({ ...after, mutationFn: () => ask("removeEntry", { fields: { kind, key } }) });
  return { save, remove };
}

function EntryForm(props: DialogProps) {
  const { kind, entry, close } = props;
  const { t } = useTranslation("console");
  const [draft, setDraft] = useState<Draft>(draftOf(kind, entry?.fields ?? {}));
  const [asked, setAsked] = useState(false);
  const [sure, setSure] = useState(false);
  const { save, remove } = useEntryWrites(props, draft);
  const forms = siteForms[kind];
  const refused = save.error instanceof Refusal ? (save.error.refused?.message ?? "") : "";
  const at = fieldOfRefusal(kind, refused);
  const send = (event: FormEvent<HTMLElement>) => {
    event.preventDefault();
    setAsked(true);
    if (forms.some((form) => isWrong(draft, form))) focusWrong(event.currentTarget);
    else save.mutate();
  };
  const errorOf = (form: FieldForm): string | undefined => {
    // An empty field is not blamed before somebody has tried.
    if (isWrong(draft, form) && (asked || textIn(draft, form.name) !== "")) return t(`site.rules.${form.rule}`);
    return at === form.name ? refused : undefined;
  };
  return (
    <form onSubmit={send} noValidate aria-label={t("site.form")}>
      <Stack gap="sm">
        {kind === "trunks" && <Text size="sm">{t("site.trunksWait")}</Text>}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {forms.map((form, place) => (
            <OneField
              key={form.name}
              label={labelOf(t, kind, form.name)}
              form={form}
              draft={draft}
              error={errorOf(form)}
              fixed={entry !== null && place === 0}
              kept={entry?.secrets.includes(form.name) ?? false}
              put={(value) => setDraft((before) => ({ ...before, [form.name]: value }))}
            />
          ))}
        </SimpleGrid>
        <div aria-live="polite">
          {save.error && at === undefined && <Problem fault={save.error} />}
          {remove.error && <Problem fault={remove.error} />}
        </div>
        {!sure && (
          <Group gap="xs">
            <Button type="submit" loading={save.isPending}>
              {t("site.save")}
            </Button>
            <Button variant="default" onClick={close}>
              {t("site.leave")}
            </Button>
            {entry && (
              <Button variant="default" onClick={() => setSure(true)}>
                {t("site.remove")}
              </Button>
            )}
          </Group>
        )}
        {sure && entry && (
          <Sure
            title={t("site.sure", { key: entry.key })}
            text={t("site.sureText")}
            go={t("site.removeNow")}
            busy={remove.isPending}
            act={() => remove.mutate(undefined, { onSettled: () => setSure(false) })}
            leave={() => setSure(false)}
          />
        )}
      </Stack>
    </form>
  );
}

type FieldProps = {
  readonly label: string;
  readonly form: FieldForm;
  readonly draft: Draft;
  readonly error: string | undefined;
  /** It tells the entry from the others. */
  readonly fixed: boolean;
  /** There is a secret that stays when nothing is written. */
  readonly kept: boolean;
  readonly put: (value: string | boolean) => void;
};

function OneField({ label, form, draft, error, fixed, kept, put }: FieldProps) {
  const { t } = useTranslation("console");
  const { name, kind } = form;
  if (kind === "flag")
    return (
      <Checkbox
        label={label}
        checked={draft[name] === true}
        onChange={(event) => put(event.currentTarget.checked)}
        mt="lg"
      />
    );
  if (kind === "ticks") return <Ticks label={label} form={form} draft={draft} put={put} />;
  if (kind === "choice")
    return (
      <NativeSelect
        label={label}
        value={textIn(draft, name)}
        onChange={(event) => put(event.currentTarget.value)}
        data={(form.choices ?? []).map((value) => ({ value, label: choiceLabel(t, value) }))}
      />
    );
  const common = {
    ...{ label, error, value: textIn(draft, name), disabled: fixed, autoComplete: "off" },
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => put(event.currentTarget.value),
  };
  if (kind === "secret")
    return (
      <PasswordInput
        {...common}
        autoComplete="new-password"
        description={kept ? t("site.secretKept") : undefined}
        visibilityToggleButtonProps={{ "aria-label": t("signIn.show") }}
      />
    );
  return <TextInput {...common} description={hintOf(t, name)} />;
}

type Translate = ReturnType<typeof useTranslation<"console">>["t"];

const choiceLabel = (t: Translate, value: string): string => {
  if (value === "") return t("site.ways.none");
  return value === "skill" || value === "agent" || value === "announcement" || value === "menu"
    ? t(`site.ways.${value}`)
    : value.toUpperCase();
};

const hintOf = (t: Translate, name: FieldName): string | undefined =>
  name === "skills" || name === "patterns" ? t(`site.hints.${name}`) : undefined;

/** An agent is told by his work number, other entries by a number of theirs. */
function labelOf(t: Translate, kind: SiteKind, name: FieldName): string {
  if (kind !== "agents" || (name !== "id" && name !== "name")) return t(`site.fields.${name}`);
  return t(`agents.${name}`);
}

function tickLabel(t: Translate, value: string): string {
  if (value === "progress" || value === "answer") return t(`said.detects.${value}`);
  return t(`rights.${value}`, { defaultValue: value });
}

function Ticks({ label, form, draft, put }: Pick<FieldProps, "label" | "form" | "draft" | "put">) {
  const { t } = useTranslation("console");
  return (
    <Checkbox.Group label={label} value={[...ticked(draft, form.name)]} onChange={(value) => put(value.join(","))}>
      <Group gap="sm" mt={4}>
        {(form.choices ?? []).map((value) => (
          <Checkbox key={value} value={value} label={tickLabel(t, value)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
