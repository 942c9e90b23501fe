// Settings with what they mean, their value and where it comes from. They are read at the start: changed in the environment or the
// site file. Meanings come from the gateway in English; the Chinese of them stands in words/zh-settings.ts.

import { Badge, Checkbox, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SettingView } from "../../src/contract/operator-reply.ts";
import { useAnswer } from "./gateway.ts";
import { Page, Rows, Shown } from "./parts.tsx";
import { allowedInChinese, settingMeanings } from "./words/zh-settings.ts";

export function SettingsPage() {
  const { t } = useTranslation("console");
  const answer = useAnswer("settings");
  return (
    <Page title={t("pages.settings")} about={t("settings.about")}>
      <Shown answer={answer}>{(settings) => <Settings settings={settings} />}</Shown>
    </Page>
  );
}

/** In the reader's language; what an older page does not know yet stays as the gateway says it. */
const inWordsOf = (language: string, setting: SettingView): SettingView =>
  language !== "zh"
    ? setting
    : {
        ...setting,
        meaning: settingMeanings[setting.name]?.[1] ?? setting.meaning,
        allowed: allowedInChinese(setting.allowed) ?? setting.allowed,
      };

function Settings({ settings }: { readonly settings: readonly SettingView[] }) {
  const { t, i18n } = useTranslation("console");
  const [text, setText] = useState("");
  const [own, setOwn] = useState(false);
  const wanted = text.toLowerCase();
  const rows = settings
    .map((setting) => inWordsOf(i18n.language, setting))
    .filter(({ source }) => !own || source !== "default")
    .filter(({ name, meaning }) => `${name} ${meaning}`.toLowerCase().includes(wanted));
  return (
    <div>
      <Group gap="md" mb="xs">
        <TextInput
          size="xs"
          w={260}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-label={t("search")}
          placeholder={t("search")}
        />
        <Checkbox label={t("settings.own")} checked={own} onChange={(event) => setOwn(event.currentTarget.checked)} />
      </Group>
      <Rows
        label={t("pages.settings")}
        rows={rows}
        rowKey={({ name }) => name}
        empty={t("nothingFound")}
        columns={[
          {
            head: t("settings.name"),
            cell: ({ name, meaning }) => (
              <>
                <Text size="sm" className="console-code">
                  {name}
                </Text>
                <Text size="xs" c="dimmed" maw={560}>
                  {plain(meaning)}
                </Text>
              </>
            ),
          },
          {
            head: t("settings.value"),
            cell: ({ value, secret }) => (
              <span className="console-code">{secret ? t("settings.secret") : value || t("settings.empty")}</span>
            ),
          },
          {
            head: t("settings.source"),
            cell: ({ source }) => (
              <Badge variant="outline" color={source === "default" ? "gray" : "cyan"}>
                {t(`settings.sources.${source}`)}
              </Badge>
            ),
          },
          {
            head: t("settings.allowed"),
            cell: ({ allowed, fallback }) => (
              <Text size="xs" maw={320}>
                {plain(allowed)}
                {fallback !== "" && ` · ${t("parameters.fallback", { value: fallback })}`}
              </Text>
            ),
          },
        ]}
      />
    </div>
  );
}

/** The meanings are those of the manual: without its marks for code and links. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
