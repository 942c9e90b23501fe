// What the agent says about a call: one of the site's codes and notes. Goes to the call's record by itself (session/wrap-up-keeper.ts).

import { Group, NativeSelect, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Icon } from "../shell/icon.tsx";
import { useCommands, useModel } from "./session/use-desk.tsx";
import { type DeskCall, isUnkept } from "./state/desk-state.ts";

/** More codes than these are a list to choose from. */
const MOST_RADIOS = 8;
/** contract/agent-calls.ts */
const MOST_NOTES = 4_000;

function Code({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { code } = useCommands();
  const { setup } = useModel();
  const codes = setup?.wrapUpCodes ?? [];
  if (codes.length === 0) return null;
  const choices = [
    ...codes.map(({ id, name }) => ({ value: String(id), label: name })),
    { value: "", label: t("wrapUp.noCode") },
  ];
  const value = call.code === null ? "" : String(call.code);
  const choose = (chosen: string) => code(call, chosen === "" ? null : Number(chosen));
  if (codes.length > MOST_RADIOS) {
    return (
      <NativeSelect
        label={t("wrapUp.code")}
        value={value}
        data={choices}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    );
  }
  return (
    <Radio.Group label={t("wrapUp.code")} value={value} onChange={choose}>
      <Group mt={6} gap="md">
        {choices.map((choice) => (
          <Radio key={choice.value} {...choice} />
        ))}
      </Group>
    </Radio.Group>
  );
}

export function Said({ call }: { readonly call: DeskCall }) {
  const { t } = useTranslation();
  const { note } = useCommands();
  const empty = call.notes === "" && call.code === null && !isUnkept(call);
  return (
    <Stack gap="sm">
      <Code call={call} />
      <Textarea
        label={t("call.notes")}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={MOST_NOTES}
        value={call.notes}
        onChange={(event) => note(call, event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" role="status" className="desk-kept" data-kept={!isUnkept(call)}>
        {empty ? t("wrapUp.hint") : null}
        {!empty && isUnkept(call) ? t("wrapUp.keeping") : null}
        {empty || isUnkept(call) ? null : (
          <>
            <Icon name="check" size={13} /> {t("wrapUp.kept")}
          </>
        )}
      </Text>
    </Stack>
  );
}
