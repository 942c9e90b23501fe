// The session description that the SIP loads carry: G.711 with telephone-events, as a softswitch offers it.

/** `address`: of the media, IPv4. */
export const audioSdp = (address: string): string =>
  [
    "v=0",
    `o=- 3724394400 3724394400 IN IP4 ${address}`,
    "s=-",
    `c=IN IP4 ${address}`,
    "t=0 0",
    "m=audio 10000 RTP/AVP 8 0 101",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-16",
    "a=ptime:20",
    "a=sendrecv",
    "",
  ].join("\r\n");
