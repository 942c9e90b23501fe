// The phone in the browser: JsSIP over a WebSocket of the gateway's own origin, one call at a time. Every INVITE comes from the
// gateway and is answered at once: whether the agent takes a call is decided over REST. JsSIP is loaded when it is needed.

import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { RTCSessionEvent } from "jssip/lib/UA.js";
import { openMicrophone, playThrough } from "./devices.ts";
import { offersVideo, openPictures, type PictureDesk, type Pictures } from "./pictures.ts";

/** `refused`: the gateway does not take number and password. `no-microphone`: the browser or its user forbids it, or there is none. */
export type PhoneState = "off" | "connecting" | "registered" | "refused" | "lost" | "no-microphone";

export type BrowserPhoneOptions = {
  readonly number: string;
  readonly password: string;
  readonly onState: (state: PhoneState) => void;
  readonly onPictures: (pictures: Pictures) => void;
};

export type BrowserPhone = {
  /** The camera, before the gateway asks for it; `inVain`: it does not. */
  readonly pictures: Pick<PictureDesk, "camera" | "show" | "inVain">;
  /** The devices that are chosen now, in the call that runs. */
  devicesChanged(): Promise<void>;
  /** Without a word to the gateway, so that a call that runs is joined again by the next page. */
  vanish(): void;
  /** Takes its registration back. */
  close(): void;
};

/** Seconds; the connection is watched by pings anyway. */
const REGISTER_S = 120;

function speaker(): HTMLAudioElement {
  const found = document.querySelector<HTMLAudioElement>("audio[data-phone]");
  if (found) return found;
  const audio = document.createElement("audio");
  audio.dataset["phone"] = "";
  audio.autoplay = true;
  document.body.append(audio);
  return audio;
}

type Ears = { readonly audio: HTMLAudioElement; readonly pictures: PictureDesk };

function listen(session: RTCSession, { audio, pictures }: Ears): void {
  session.on("peerconnection", ({ peerconnection }: { peerconnection: RTCPeerConnection }) => {
    peerconnection.addEventListener("track", ({ track, streams }) => {
      if (track.kind === "video") return pictures.arrived(track);
      audio.srcObject = streams[0] ?? new MediaStream([track]);
      audio.play().catch(() => {});
    });
  });
  // One without a body asks for our offer: nothing changes.
  session.on("reinvite", ({ request }) => {
    if (request.body) pictures.offered(session.connection, request.body);
  });
}

/** What the agent says and, when pictures are offered and there is a camera, shows. */
async function speakInto(offer: string, microphone: MediaStream, pictures: PictureDesk): Promise<MediaStream> {
  const camera = offersVideo(offer) ? await pictures.camera() : null;
  return new MediaStream([...microphone.getTracks(), ...(camera?.getTracks() ?? [])]);
}

/** Resolves when it has begun to register; how that ends is told as states. */
export async function openBrowserPhone({
  number,
  password,
  onState,
  onPictures,
}: BrowserPhoneOptions): Promise<BrowserPhone> {
  onState("connecting");
  const { UA, WebSocketInterface } = await import("jssip");
  const audio = speaker();
  await playThrough(audio, "speaker");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocketInterface(`${scheme}://${location.host}/sip`);
  const agent = new UA({
    sockets: [socket],
    uri: `sip:${number}@${location.hostname.includes(":") ? `[${location.hostname}]` : location.hostname}`,
    password,
    register_expires: REGISTER_S,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 8,
    user_agent: "Seatway desk",
  });
  let current: { readonly session: RTCSession; readonly microphone: MediaStream } | null = null;
  let closed = false;
  const tell = (state: PhoneState) => {
    if (!closed) onState(state);
  };
  agent.on("registered", () => tell("registered"));
  agent.on("disconnected", () => tell("lost"));
  agent.on("registrationFailed", ({ response }: { response?: { status_code?: number } }) =>
    tell(response?.status_code === undefined ? "lost" : "refused"),
  );
  const pictures = openPictures((shown) => {
    if (!closed) onPictures(shown);
  });
  const take = async (session: RTCSession, offer: string): Promise<void> => {
    const microphone = await openMicrophone().catch(() => null);
    if (!microphone) {
      tell("no-microphone");
      session.terminate({ status_code: 480 });
      return;
    }
    const over = () => {
      for (const track of microphone.getTracks()) track.stop();
      pictures.over();
      if (current?.session === session) current = null;
    };
    session.on("ended", over);
    session.on("failed", over);
    const mediaStream = await speakInto(offer, microphone, pictures);
    // The caller may have gone while the user was asked for microphone and camera.
    if (session.isEnded()) return over();
    current = { session, microphone };
    session.answer({ mediaStream, pcConfig: { iceServers: [] } });
  };
  agent.on("newRTCSession", ({ session, originator, request }: RTCSessionEvent) => {
    if (originator !== "remote") return;
    listen(session, { audio, pictures });
    void take(session, request.body ?? "");
  });
  agent.start();
  return {
    pictures,
    async devicesChanged() {
      await playThrough(audio, "speaker");
      if (!current) return;
      const { session } = current;
      const microphone = await openMicrophone();
      for (const track of current.microphone.getTracks()) track.stop();
      const [track = null] = microphone.getAudioTracks();
      const sender = session.connection.getSenders().find((one) => one.track?.kind === "audio" || one.track === null);
      await sender?.replaceTrack(track);
      current = { session, microphone };
      await pictures.cameraChanged(session.connection);
    },
    vanish() {
      closed = true;
      for (const track of current?.microphone.getTracks() ?? []) track.stop();
      pictures.over();
      current?.session.connection.close();
      socket.disconnect();
      audio.srcObject = null;
    },
    close() {
      closed = true;
      agent.stop();
      audio.srcObject = null;
    },
  };
}
