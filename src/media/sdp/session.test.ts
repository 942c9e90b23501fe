import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { SdpRefused } from "../face.ts";
import { SdpSession } from "./session.ts";
import { agreedBy, type Terms } from "./terms.ts";

const newSession = (sessionId = "7"): SdpSession =>
  new SdpSession({ address: "127.0.0.1", sessionId, isOurs: (port) => port >= 10_000 && port < 12_000 });
const audioOnly = { audioPort: 10_000, videoPort: null };
const withVideo = { audioPort: 10_000, videoPort: 10_002 };
const ports = { audio: 10_100, video: () => 10_102 };

const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
const audioLine = "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n";
const videoLine = "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n";

const good = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};
const reason = (value: object): string => ("refused" in value ? String(value.refused) : assert.fail("not refused"));
const mLines = (sdp: string): string[] => sdp.split("\r\n").filter((line) => line.startsWith("m="));
const version = (sdp: string): string | undefined => /^o=- \d+ (\d+) /m.exec(sdp)?.[1];

describe("offer", () => {
  test("audio only, to the letter", () => {
    assert.equal(
      newSession().offer(audioOnly),
      [
        "v=0",
        "o=- 7 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 10000 RTP/AVP 0 8 9 111 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:9 G722/8000",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 useinbandfec=1",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=ptime:20",
        "",
      ].join("\r\n"),
    );
  });

  test("video carries a direction only when one is given", () => {
    assert.doesNotMatch(newSession().offer(withVideo), /a=send|a=recv|a=inactive/);
    const directed = newSession().offer({ ...withVideo, videoDirection: "sendonly" });
    assert.match(directed, /m=video 10002 RTP\/AVP 96 97\r\n[\s\S]*a=sendonly\r\n$/);
    assert.equal(directed.match(/a=sendonly/g)?.length, 1);
  });

  test("the version rises only when the description differs (RFC 3264 §8)", () => {
    const session = newSession();
    const versions = [audioOnly, audioOnly, withVideo, audioOnly].map((want) => version(session.offer(want)));
    assert.deepEqual(versions, ["1", "1", "2", "3"]);
  });

  test("an m-line once there keeps its place, with port 0 when it is not wanted", () => {
    const session = newSession();
    session.offer(withVideo);
    assert.deepEqual(mLines(session.offer(audioOnly)), [
      "m=audio 10000 RTP/AVP 0 8 9 111 101",
      "m=video 0 RTP/AVP 96 97",
    ]);
    assert.match(mLines(session.offer(withVideo))[1] ?? "", /^m=video 10002 /);
  });

  test("after answering, the order and the numbers are the peer's", () => {
    const session = newSession();
    const theirs = `${head}${videoLine}m=application 4008 UDP/BFCP *\r\n`.replace("UDP/BFCP *", "TCP/BFCP 7");
    good(session.answer(theirs + audioLine.replaceAll("101", "96"), ports));
    assert.deepEqual(mLines(session.offer({ audioPort: 10_100, videoPort: 10_102 })), [
      "m=video 10102 RTP/AVP 96",
      "m=application 0 TCP/BFCP 7",
      "m=audio 10100 RTP/AVP 0 8 9 111 96",
    ]);
  });

  test("video like another leg's: that codec under that number", () => {
    const like = { codec: "H264", payload: 126, parameters: "profile-level-id=640028" };
    const sdp = newSession().offer({ ...withVideo, videoLike: like });
    assert.match(
      sdp,
      /m=video 10002 RTP\/AVP 126\r\na=rtpmap:126 H264\/90000\r\na=fmtp:126 profile-level-id=640028\r\n/,
    );
  });
});

describe("we hold", () => {
  const styles = [
    ["sendonly", "sendonly", "recvonly"],
    ["inactive", "inactive", "inactive"],
    ["0.0.0.0", "sendonly", "recvonly"],
  ] as const;
  for (const [hold, direction, answered] of styles) {
    test(`${hold}: the peer sends nothing, until an offer without it`, () => {
      const session = newSession();
      const sdp = session.offer({ ...audioOnly, hold });
      assert.match(sdp, new RegExp(`^a=${direction}\r$`, "m"));
      assert.equal(/^m=.*\r\nc=IN IP4 0\.0\.0\.0\r$/m.test(sdp), hold === "0.0.0.0");
      const answer = `${head}${audioLine}a=${answered}\r\n`;
      assert.equal(agreedBy(good(session.accept(answer))).audio?.direction, direction);
      // The peer's own offer does not end it.
      assert.equal(agreedBy(good(session.answer(head + audioLine, ports)).terms).audio?.direction, direction);
      assert.doesNotMatch(session.offer(audioOnly), /a=sendonly|a=inactive|0\.0\.0\.0/);
      assert.equal(agreedBy(good(session.accept(head + audioLine))).audio?.direction, "sendrecv");
    });
  }
});

describe("codecs", () => {
  const opusLine =
    "m=audio 4000 RTP/AVP 96 9 0 101\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";
  const codecsOf = (terms: Terms | null): string | undefined => terms?.audio?.codec;

  test("the peer's order decides when it offers, ours when we do", () => {
    const answer = good(newSession().answer(head + opusLine, ports));
    assert.match(
      answer.sdp,
      /m=audio 10100 RTP\/AVP 96 101\r\na=rtpmap:96 opus\/48000\/2\r\na=fmtp:96 useinbandfec=1\r\n/,
    );
    assert.equal(codecsOf(answer.terms), "opus");
    const wide = new SdpSession({
      address: "127.0.0.1",
      sessionId: "7",
      isOurs: () => false,
      codecs: ["G722", "PCMU"],
    });
    assert.deepEqual(mLines(wide.offer(audioOnly)), ["m=audio 10000 RTP/AVP 9 0 101"]);
    assert.equal(codecsOf(good(wide.answer(head + opusLine, ports)).terms), "G722");
  });

  test("what is spoken already stays when the peer offers anew, and comes first in our next offer with its number", () => {
    const session = newSession();
    good(session.answer(`${head}m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 opus/48000/2\r\n`, ports));
    assert.equal(codecsOf(good(session.answer(head + opusLine.replace("9 0", "9 8"), ports)).terms), "PCMA");
    assert.deepEqual(mLines(session.offer({ ...audioOnly, audioPort: 10_100 })), [
      "m=audio 10100 RTP/AVP 8 0 9 96 101",
    ]);
    good(session.answer(head + opusLine.replace("9 0", "9"), ports));
    assert.deepEqual(mLines(session.offer(audioOnly)), ["m=audio 10000 RTP/AVP 96 0 8 9 101"]);
  });

  test("like another leg's codec: that one first; numbers in use are not given twice", () => {
    assert.match(newSession().offer({ ...audioOnly, audioLike: "opus" }), /^m=audio 10000 RTP\/AVP 111 0 8 9 101/m);
    const session = newSession();
    const event = "m=audio 4000 RTP/AVP 0 111\r\na=rtpmap:111 telephone-event/8000\r\n";
    good(session.answer(head + event, ports));
    assert.match(session.offer(audioOnly), /^m=audio 10000 RTP\/AVP 0 8 9 112 111/m);
  });

  test("Opus has two channels and 48 kHz, G.722 says 8 kHz (RFC 3551 §4.5.2); anything else is another codec", () => {
    for (const encoding of ["opus/48000", "opus/48000/1", "opus/16000/2", "G722/16000", "PCMU/8000/2"]) {
      const line = `m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 ${encoding}\r\n`;
      assert.match(reason(newSession().answer(head + line, ports)), /no audio codec/);
    }
  });

  test("VoIP metrics are given to who asks for them (RFC 3611 §5), for the call or for the audio", () => {
    const asked = "a=rtcp-xr:rcvr-rtt=all:10000 voip-metrics\r\n";
    for (const sdp of [head + audioLine + asked, head + asked + audioLine]) {
      const answer = good(newSession().answer(sdp, ports));
      assert.equal(answer.terms.audio?.voipMetrics, true);
      assert.match(answer.sdp, /^a=rtcp-xr:voip-metrics\r$/m);
    }
    const other = good(newSession().answer(`${head}${audioLine}a=rtcp-xr:pkt-loss-rle\r\n`, ports));
    assert.deepEqual([other.terms.audio?.voipMetrics, other.sdp.includes("rtcp-xr")], [false, false]);
  });

  test("comfort noise is known by its usual number or by the peer's", () => {
    assert.equal(good(newSession().answer(head + audioLine, ports)).terms.audio?.heard.noise, 13);
    const line = "m=audio 4000 RTP/AVP 0 19\r\na=rtpmap:19 CN/8000\r\n";
    const answer = good(newSession().answer(head + line, ports));
    assert.equal(answer.terms.audio?.heard.noise, 19);
    assert.deepEqual(mLines(answer.sdp), ["m=audio 10100 RTP/AVP 0"]);
  });
});

describe("the peer's answer", () => {
  const accept = (answer: string, want: Parameters<SdpSession["offer"]>[0] = withVideo): Terms | SdpRefused => {
    const session = newSession();
    session.offer(want);
    return session.accept(answer);
  };

  test("audio and video", () => {
    assert.deepEqual(agreedBy(good(accept(head + audioLine + videoLine))), {
      audio: { codec: "PCMU", direction: "sendrecv", telephoneEvent: true },
      video: { payloadType: 96, codec: "VP8", direction: "sendrecv" },
    });
  });

  test("the first codec of the answer is the one; both laws may arrive", () => {
    const terms = good(accept(`${head}m=audio 4000 RTP/AVP 8 0\r\n`, audioOnly));
    assert.equal(terms.audio?.codec, "PCMA");
    const heard = terms.audio?.heard.codecs.map(({ codec, payload }) => [codec, payload]);
    assert.deepEqual(heard, [
      ["PCMU", 0],
      ["PCMA", 8],
      ["G722", 9],
      ["opus", 111],
    ]);
    assert.equal(terms.audio?.heard.event, -1);
    assert.equal(terms.audio?.eventPayload, -1);
  });

  test("each side may have its own number for telephone-events (RFC 3264 §6.1)", () => {
    const terms = good(accept(head + audioLine.replaceAll("101", "97"), audioOnly));
    assert.equal(terms.audio?.eventPayload, 97);
    assert.equal(terms.audio?.heard.event, 101);
  });

  test("video rejected, or without a codec in common, is null", () => {
    assert.equal(good(accept(`${head}${audioLine}m=video 0 RTP/AVP 96\r\n`)).video, null);
    const other = `${head}${audioLine}m=video 4002 RTP/AVP 99\r\na=rtpmap:99 AV1/90000\r\n`;
    assert.equal(good(accept(other)).video, null);
  });

  const holds: readonly [name: string, answer: string, direction: string][] = [
    ["sendonly", `${head}${audioLine}a=sendonly\r\n`, "recvonly"],
    ["recvonly", `${head}${audioLine}a=recvonly\r\n`, "sendonly"],
    ["inactive", `${head}${audioLine}a=inactive\r\n`, "inactive"],
    ["inactive for the session", `${head}a=inactive\r\n${audioLine}`, "inactive"],
    ["0.0.0.0 (RFC 3264 §8.4)", head.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0") + audioLine, "recvonly"],
  ];
  for (const [name, answer, direction] of holds) {
    test(`direction: ${name}`, () => {
      assert.equal(agreedBy(good(accept(answer, audioOnly))).audio?.direction, direction);
    });
  }

  test("what we offered limits the direction", () => {
    const session = newSession();
    session.offer({ ...withVideo, videoDirection: "sendonly" });
    const terms = good(session.accept(head + audioLine + videoLine));
    assert.equal(agreedBy(terms).video?.direction, "sendonly");
  });

  test("a repeated or changed answer takes the place of the early one", () => {
    const session = newSession();
    session.offer(audioOnly);
    good(session.accept(head + audioLine));
    good(session.accept(head + audioLine));
    assert.equal(good(session.accept(head + audioLine.replace("4000", "4100"))).audio?.remote.rtpPort, 4_100);
  });

  const refusals: readonly [name: string, answer: string, reason: RegExp][] = [
    ["fewer m-lines", head + audioLine, /1 m-lines in answer to 2/],
    ["more m-lines", head + audioLine + videoLine + videoLine, /3 m-lines/],
    ["another order", head + videoLine + audioLine, /m-line 1 is video/],
    ["a secure profile", head + audioLine.replace("RTP/AVP", "RTP/SAVP") + videoLine, /RTP\/SAVP/],
    ["no codec in common", `${head}m=audio 4000 RTP/AVP 18\r\n${videoLine}`, /no audio codec/],
    ["IPv6", (head + audioLine + videoLine).replace("c=IN IP4 127.0.0.1", "c=IN IP6 ::1"), /IPv4/],
    ["one of our own ports", head + audioLine.replace("4000", "10004") + videoLine, /gateway itself/],
    ["rubbish", "hello", /v=0/],
  ];
  for (const [name, answer, expected] of refusals) {
    test(`refused: ${name}; nothing changes`, () => {
      const session = newSession();
      session.offer(withVideo);
      assert.match(reason(session.accept(answer)), expected);
      assert.equal(session.terms, null);
    });
  }

  test("refused without an offer", () => {
    assert.match(reason(newSession().accept(head + audioLine)), /without an offer/);
  });
});

describe("our answer", () => {
  test("one codec, the peer's numbers, the mirrored direction", () => {
    const answer = good(newSession().answer(`${head}${audioLine.replace("0 101", "8 0 101")}a=sendonly\r\n`, ports));
    assert.match(answer.sdp, /m=audio 10100 RTP\/AVP 8 101\r\na=rtpmap:8 PCMA\/8000\r\n/);
    assert.match(answer.sdp, /a=recvonly/);
    assert.equal(agreedBy(answer.terms).audio?.direction, "recvonly");
  });

  test("video with another codec, a secure profile or no port left is rejected; audio goes on", () => {
    const cases = [
      [videoLine.replace("VP8", "VP9"), ports],
      [videoLine.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF"), ports],
      [videoLine, { ...ports, video: () => null }],
    ] as const;
    for (const [video, with_] of cases) {
      const answer = good(newSession().answer(head + audioLine + video, with_));
      assert.match(mLines(answer.sdp)[1] ?? "", /^m=video 0 /);
      assert.equal(answer.terms.video, null);
    }
  });

  test("the plain audio line is taken where a secure one stands beside it", () => {
    const both = head + audioLine.replace("RTP/AVP", "RTP/SAVP") + audioLine.replace("4000", "4010");
    const answer = good(newSession().answer(both, ports));
    assert.match(mLines(answer.sdp)[0] ?? "", /^m=audio 0 RTP\/SAVP /);
    assert.match(mLines(answer.sdp)[1] ?? "", /^m=audio 10100 RTP\/AVP /);
  });

  test("refused: only secure audio, no codec, fewer m-lines than before", () => {
    assert.match(reason(newSession().answer(head + audioLine.replace("RTP/AVP", "RTP/SAVP"), ports)), /RTP\/SAVP/);
    assert.match(reason(newSession().answer(`${head}m=audio 4000 RTP/AVP 18\r\n`, ports)), /no audio codec/);
    const session = newSession();
    good(session.answer(head + audioLine + videoLine, ports));
    assert.match(reason(session.answer(head + audioLine, ports)), /fewer m-lines/);
  });
});

test("offer and answer of two sessions always agree on both sides", () => {
  const direction = fc.constantFrom("sendrecv" as const, "sendonly" as const, "recvonly" as const, "inactive" as const);
  fc.assert(
    fc.property(fc.boolean(), fc.option(direction), (video, videoDirection) => {
      const ours = newSession("1");
      const theirs = new SdpSession({ address: "127.0.0.1", sessionId: "2", isOurs: () => false });
      const want = video ? withVideo : audioOnly;
      const offer = ours.offer({ ...want, ...(videoDirection && { videoDirection }) });
      const answer = good(theirs.answer(offer, { audio: 20_000, video: () => 20_002 }));
      const agreed = agreedBy(good(ours.accept(answer.sdp)));
      const mirrored = agreedBy(answer.terms);
      assert.equal(agreed.video?.payloadType, mirrored.video?.payloadType);
      const mirror = {
        sendrecv: "sendrecv",
        sendonly: "recvonly",
        recvonly: "sendonly",
        inactive: "inactive",
      } as const;
      assert.equal(agreed.video?.direction, mirrored.video ? mirror[mirrored.video.direction] : undefined);
    }),
  );
});

test("mutated offers and answers never throw", () => {
  const text = head + audioLine + videoLine;
  const mutation = fc.record({ at: fc.nat(text.length), cut: fc.nat(8), put: fc.string({ maxLength: 8 }) });
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 6 }), (mutations) => {
      let mutated = text;
      for (const { at, cut, put } of mutations) mutated = mutated.slice(0, at) + put + mutated.slice(at + cut);
      const session = newSession();
      session.offer(withVideo);
      session.accept(mutated);
      const answer = newSession().answer(mutated, ports);
      if ("sdp" in answer) assert.equal(mLines(answer.sdp).length, mutated.match(/^m=/gm)?.length);
    }),
  );
});
