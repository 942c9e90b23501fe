import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { HmacSha1 } from "./hmac.ts";

const octets = (lengths: fc.IntArrayConstraints) => fc.uint8Array(lengths).map((bytes) => Buffer.from(bytes));

test("RFC 2202 §3, test case 1", () => {
  const tag = new HmacSha1(Buffer.alloc(20, 0x0b)).digest(Buffer.from("Hi There"), 8, null);
  assert.equal(tag.toString("hex"), "b617318655057264e28bc0b6fb378c8ef146be00");
});

test("as the Hmac of node:crypto has it, for any key and text, short and long, with octets behind it", () => {
  const key = octets({ minLength: 1, maxLength: 64 });
  const text = octets({ maxLength: 5_000, size: "max" });
  fc.assert(
    fc.property(
      key,
      text,
      fc.option(octets({ minLength: 4, maxLength: 4 })),
      fc.nat(),
      (secret, packet, trailer, cut) => {
        const length = packet.length === 0 ? 0 : cut % (packet.length + 1);
        const expected = createHmac("sha1", secret).update(packet.subarray(0, length));
        if (trailer) expected.update(trailer);
        assert.deepEqual(new HmacSha1(secret).digest(packet, length, trailer), expected.digest());
      },
    ),
  );
});
