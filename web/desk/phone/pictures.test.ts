// Which offers have pictures in them.

import assert from "node:assert/strict";
import { it } from "node:test";
import { offersVideo } from "./pictures.ts";

const audio = "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";

it("a video section with a port of its own, or with the port of the others; a refused one is none", () => {
  const video = (port: number, more = "") => `${audio}m=video ${port} UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n${more}`;
  assert.ok(offersVideo(video(5004)));
  assert.ok(offersVideo(video(0, "a=bundle-only\r\n")));
  assert.ok(!offersVideo(video(0)));
  assert.ok(!offersVideo(video(0, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=setup:actpass\r\n")));
  assert.ok(!offersVideo(audio));
  assert.ok(!offersVideo(""));
});
