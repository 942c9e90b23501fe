import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { originOf } from "./origin.ts";

const proxies = ["192.0.2.10", "192.0.2.11", "2001:db8::10"];
const own = "SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1";

function origin(...vias: readonly string[]): string {
  const lines = vias.map((via) => `Via: ${via}\r\n`).join("");
  const message = parse(Buffer.from(`OPTIONS sip:1@h SIP/2.0\r\n${lines}\r\n`));
  assert.ok(!isMalformed(message));
  return originOf(message.headers, "192.0.2.10", (address) => proxies.includes(address));
}

describe("who is behind a proxy of ours", () => {
  for (const [what, vias, found] of [
    ["the proxy itself", [own], "192.0.2.10"],
    ["by sent-by, when that is where he is", [own, "SIP/2.0/TCP 198.51.100.7:5066;branch=z9hG4bK2"], "198.51.100.7"],
    ["by received, behind a NAT", [own, "SIP/2.0/UDP 10.0.0.7;rport=9;received=198.51.100.7"], "198.51.100.7"],
    [
      "by received, in a browser",
      [own, "SIP/2.0/WSS df7jal23ls0d.invalid;received=198.51.100.7;rport=9"],
      "198.51.100.7",
    ],
    [
      "by the last received: the proxy adds its own",
      [own, "SIP/2.0/UDP 10.0.0.7;received=203.0.113.9;received=198.51.100.7"],
      "198.51.100.7",
    ],
    ["in one line", [`${own}, SIP/2.0/UDP 10.0.0.7;received=198.51.100.7`], "198.51.100.7"],
    ["IPv6", [own, "SIP/2.0/UDP [2001:db8::7]:5060;branch=z9hG4bK2"], "2001:db8::7"],
    ["IPv6 by received", [own, "SIP/2.0/TLS h;received=2001:db8::7"], "2001:db8::7"],
    ["behind two of ours", [own, "SIP/2.0/TCP [2001:db8::10]", "SIP/2.0/UDP h;received=198.51.100.7"], "198.51.100.7"],
    [
      "a stranger's proxy is where it ends",
      [own, "SIP/2.0/UDP 198.51.100.1", "SIP/2.0/UDP 198.51.100.7"],
      "198.51.100.1",
    ],
    ["a bad Via hides nobody", [own, "SIP/2.0/UDP x;ttl=999;received=198.51.100.7"], "198.51.100.7"],
    ["unknown, when the proxy has not noted it", [own, "SIP/2.0/UDP phone.example"], "0.0.0.0"],
    ["unknown, when the Via is none", [own, "phone"], "0.0.0.0"],
  ] as const) {
    test(what, () => assert.equal(origin(...vias), found));
  }

  test("a stranger is himself, whatever his Vias say", () => {
    const message = parse(Buffer.from(`OPTIONS sip:1@h SIP/2.0\r\nVia: ${own}, SIP/2.0/UDP 203.0.113.9\r\n\r\n`));
    assert.ok(!isMalformed(message));
    assert.equal(
      originOf(message.headers, "198.51.100.7", (address) => proxies.includes(address)),
      "198.51.100.7",
    );
  });
});
