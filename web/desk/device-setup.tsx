// Microphone, camera, speaker and ringer: choosing them, and seeing that the microphone hears and the camera sees.

import { Alert, Button, Group, Modal, NativeSelect, Stack, Text } from "@mantine/core";
import { Fragment, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { after } from "../clock.ts";
import { Icon } from "../shell/icon.tsx";
import {
  chooseDevice,
  chosenDevice,
  type DeviceKind,
  type Devices,
  listDevices,
  meter,
  openCamera,
  openMicrophone,
} from "./phone/devices.ts";
import { ring } from "./phone/ringer.ts";
import { Picture } from "./picture.tsx";
import { useModel, useSession } from "./session/use-desk.tsx";

const RING_MS = 2_000;

/** The bar moves without React drawing twelve times a second. */
function LevelMeter({ epoch }: { readonly epoch: number }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLMeterElement>(null);
  const [denied, setDenied] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another epoch is another microphone
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    openMicrophone().then(
      (stream) => {
        setDenied(false);
        const silence = meter(stream, (level) => {
          if (bar.current) bar.current.value = level;
        });
        stop = () => {
          silence();
          for (const track of stream.getTracks()) track.stop();
        };
        if (gone) stop();
      },
      () => setDenied(true),
    );
    return () => {
      gone = true;
      stop?.();
    };
  }, [epoch]);
  if (denied) {
    return (
      <Alert color="red" icon={<Icon name="microphoneOff" />} role="alert">
        {t("devices.denied")}
      </Alert>
    );
  }
  return (
    <div>
      <meter ref={bar} className="desk-meter" min={0} max={1} aria-label={t("devices.level")} />
      <Text size="xs" c="dimmed">
        {t("devices.speak")}
      </Text>
    </div>
  );
}

/** What the camera sees, on the desk alone. */
function CameraCheck() {
  const { t } = useTranslation();
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [denied, setDenied] = useState(false);
  useEffect(() => {
    let opened: MediaStream | null = null;
    let gone = false;
    const stop = () => {
      for (const track of opened?.getTracks() ?? []) track.stop();
    };
    openCamera().then(
      (found) => {
        opened = found;
        if (gone) stop();
        else setStream(found);
      },
      () => setDenied(true),
    );
    return () => {
      gone = true;
      stop();
    };
  }, []);
  if (denied) {
    return (
      <Alert color="yellow" icon={<Icon name="cameraOff" />} role="alert">
        {t("devices.noCamera")}
      </Alert>
    );
  }
  return <Picture stream={stream} label={t("devices.picture")} mirrored />;
}

function DeviceSelect(props: {
  readonly kind: DeviceKind;
  readonly devices: Devices | null;
  readonly onChange: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { kind, devices, onChange } = props;
  const [chosen, setChosen] = useState(() => chosenDevice(kind));
  const found = (devices?.[kind] ?? []).map(({ id, label }, index) => ({
    value: id,
    label: label || t("devices.unnamed", { number: index + 1 }),
  }));
  return (
    <NativeSelect
      label={t(`devices.${kind}`)}
      value={chosen}
      onChange={(event) => {
        setChosen(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
      data={[{ value: "", label: t("devices.system") }, ...found]}
    />
  );
}

function DeviceForm({ kinds }: { readonly kinds: readonly DeviceKind[] }) {
  const session = useSession();
  const [devices, setDevices] = useState<Devices | null>(null);
  const [epoch, setEpoch] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are told once the microphone was opened
  useEffect(() => {
    const read = () => void listDevices().then(setDevices, () => {});
    read();
    const cancel = after(500, read);
    navigator.mediaDevices?.addEventListener("devicechange", read);
    return () => {
      cancel();
      navigator.mediaDevices?.removeEventListener("devicechange", read);
    };
  }, [epoch]);
  const choose = (kind: DeviceKind) => (id: string) => {
    chooseDevice(kind, id);
    setEpoch((before) => before + 1);
    session.devicesChanged().catch(() => {});
  };
  return (
    <Stack gap="sm">
      {kinds.map((kind) => (
        <Fragment key={kind}>
          <DeviceSelect kind={kind} devices={devices} onChange={choose(kind)} />
          {kind === "microphone" ? <LevelMeter epoch={epoch} /> : null}
          {kind === "camera" ? <CameraCheck key={epoch} /> : null}
        </Fragment>
      ))}
    </Stack>
  );
}

/** On the way to the first call: opened when it is asked for, since the browser asks its user then. */
export function MicrophoneCheck() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return open ? (
    <DeviceForm kinds={["microphone", "speaker"]} />
  ) : (
    <Button variant="default" leftSection={<Icon name="microphone" />} onClick={() => setOpen(true)}>
      {t("devices.attempt")}
    </Button>
  );
}

export function DeviceSetup({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { t: shell } = useTranslation("shell");
  const { phone } = useModel();
  const test = () => {
    const stop = ring();
    after(RING_MS, stop);
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("devices.title")}
      returnFocus={false}
      closeButtonProps={{ "aria-label": shell("close") }}
    >
      <DeviceForm kinds={["microphone", ...(phone?.video ? (["camera"] as const) : []), "speaker", "ringer"]} />
      <Group justify="space-between" mt="md">
        <Button variant="default" leftSection={<Icon name="speaker" />} onClick={test}>
          {t("devices.test")}
        </Button>
        <Button onClick={onClose}>{t("devices.close")}</Button>
      </Group>
    </Modal>
  );
}
