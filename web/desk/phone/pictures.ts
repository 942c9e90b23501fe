// The pictures of the call that the phone in the browser is in: the camera's, and those that come. The microphone and what is heard are
// browser-phone.ts's.

import { openCamera } from "./devices.ts";

export type Pictures = { readonly own: MediaStream | null; readonly theirs: MediaStream | null };

export const noPictures: Pictures = { own: null, theirs: null };

/** An active m=video section: port 0 is none (RFC 3264 §6), unless it only goes with the others' port (RFC 9143 §6). */
export const offersVideo = (sdp: string): boolean =>
  sdp.split(/^m=/m).some((part) => /^video [1-9]/.test(part) || /^video 0[\s\S]*^a=bundle-only/m.test(part));

export type PictureDesk = ReturnType<typeof openPictures>;

export function openPictures(tell: (pictures: Pictures) => void) {
  let pictures = noPictures;
  let seen = true;
  const become = (part: Partial<Pictures>): void => {
    pictures = { ...pictures, ...part };
    tell(pictures);
  };
  const enable = (): void => {
    for (const track of pictures.own?.getVideoTracks() ?? []) track.enabled = seen;
  };
  const stop = (): void => {
    for (const track of pictures.own?.getTracks() ?? []) track.stop();
    become(noPictures);
  };

  /** Sends the camera in the place that the offer has for it. */
  const send = (connection: RTCPeerConnection): void => {
    const { own } = pictures;
    const [track] = own?.getVideoTracks() ?? [];
    if (!own || !track || connection.getSenders().some((sender) => sender.track?.kind === "video")) return;
    const place = connection
      .getTransceivers()
      .find(({ receiver, currentDirection }) => receiver.track.kind === "video" && currentDirection !== "stopped");
    if (!place) return void connection.addTrack(track, own);
    place.direction = "sendrecv";
    void place.sender.replaceTrack(track).catch(() => {});
  };

  return {
    /** Resolves when the camera is on; null: there is none, or it may not be used, and the call goes on without. */
    async camera(): Promise<MediaStream | null> {
      const own = pictures.own ?? (await openCamera().catch(() => null));
      become({ own });
      enable();
      return own;
    },
    /** The gateway offers other media in a call that runs (RFC 3264 §8); before the offer is answered. */
    offered(connection: RTCPeerConnection, sdp: string): void {
      if (offersVideo(sdp)) send(connection);
      else stop();
    },
    arrived: (track: MediaStreamTrack): void => become({ theirs: new MediaStream([track]) }),
    /** The other side sees the agent, or not. */
    show(wanted: boolean): void {
      seen = wanted;
      enable();
    },
    /** The camera was opened for pictures that do not come about. */
    inVain(): void {
      if (pictures.theirs === null) stop();
    },
    async cameraChanged(connection: RTCPeerConnection): Promise<void> {
      if (!pictures.own) return;
      const own = await openCamera();
      for (const track of pictures.own.getTracks()) track.stop();
      become({ own });
      enable();
      const [track = null] = own.getVideoTracks();
      const sender = connection.getSenders().find((one) => one.track?.kind === "video");
      await sender?.replaceTrack(track);
    },
    over(): void {
      seen = true;
      stop();
    },
  };
}
