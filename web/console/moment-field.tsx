// A field for a moment: typed in, or chosen from the browser's calendar.

import { ActionIcon, TextInput } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { momentOf } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";

type MomentFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Nothing, or a moment. */
export const isMomentOrNothing = (text: string): boolean => text.trim() === "" || momentOf(text) !== null;

export function MomentField({ label, value, onChange }: MomentFieldProps) {
  const { t } = useTranslation("console");
  const calendar = useRef<HTMLInputElement>(null);
  return (
    <div className="console-moment">
      <TextInput
        size="xs"
        label={label}
        placeholder="2026-01-31 08:15"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={isMomentOrNothing(value) ? undefined : t("records.rules.moment")}
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("records.calendar", { what: label })}
            onClick={() => calendar.current?.showPicker()}
          >
            <Icon name="calendar" />
          </ActionIcon>
        }
      />
      <input
        ref={calendar}
        type="datetime-local"
        className="console-calendar"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => onChange(event.currentTarget.value.replace("T", " "))}
      />
    </div>
  );
}
