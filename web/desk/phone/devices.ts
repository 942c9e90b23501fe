// Microphone, camera, speaker and ringer: which there are, which are chosen, how loud the microphone is. Choices last; they hold no secret.

import { every } from "../../clock.ts";
import { keepLasting, lasting } from "../../storage.ts";

export type DeviceKind = "microphone" | "camera" | "speaker" | "ringer";
export type Device = { readonly id: string; readonly label: string };
export type Devices = Readonly<Record<DeviceKind, readonly Device[]>>;

const keyOf = (kind: DeviceKind): string => `seatway.${kind}`;

/** "" = what the system takes. */
export const chosenDevice = (kind: DeviceKind): string => lasting(keyOf(kind)) ?? "";
export const chooseDevice = (kind: DeviceKind, id: string): void => keepLasting(keyOf(kind), id);

/** Labels are empty until the page may use the microphone. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind): readonly Device[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  const speakers = of("audiooutput");
  return { microphone: of("audioinput"), camera: of("videoinput"), speaker: speakers, ringer: speakers };
}

/** The chosen device, else another one: a headset that is unplugged is no reason not to talk. */
async function open(kind: "microphone" | "camera", wanted: MediaTrackConstraints): Promise<MediaStream> {
  // Pages without TLS have no such thing.
  if (!navigator.mediaDevices) throw new DOMException("no secure page", "NotAllowedError");
  const id = chosenDevice(kind);
  const ask = (constraints: MediaTrackConstraints) =>
    navigator.mediaDevices.getUserMedia({ [kind === "camera" ? "video" : "audio"]: constraints });
  return ask(id === "" ? wanted : { ...wanted, deviceId: { exact: id } }).catch((fault: unknown) =>
    id !== "" && fault instanceof DOMException && fault.name === "OverconstrainedError"
      ? ask(wanted)
      : Promise.reject(fault),
  );
}

/** Rejects when there may be none. */
export const openMicrophone = (): Promise<MediaStream> =>
  open("microphone", { echoCancellation: true, noiseSuppression: true, autoGainControl: true });

/** What a call needs; rejects when there may be none. */
export const openCamera = (): Promise<MediaStream> =>
  open("camera", { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 25, max: 30 } });

const METER_MS = 80;

/** Tells 0 (silence) to 1 (full scale) until it is stopped. */
export function meter(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const stop = every(METER_MS, () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // -60 dBFS to 0 dBFS over the whole width.
    tell(Math.min(1, Math.max(0, 1 + Math.log10(Math.max(power, 1e-9)) / 6)));
  });
  return () => {
    stop();
    void context.close();
  };
}

/** Where the browser lets a page choose; elsewhere the system's speaker stays. */
export async function playThrough(target: HTMLAudioElement | AudioContext, kind: "speaker" | "ringer"): Promise<void> {
  const id = chosenDevice(kind);
  if (!("setSinkId" in target)) return;
  await (target.setSinkId as (sink: string) => Promise<void>)(id).catch(() => {});
}
