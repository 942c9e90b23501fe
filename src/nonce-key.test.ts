import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readNonceKey } from "./nonce-key.ts";

test("the shared nonce key: none, one, too short, not there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-key-"));
  const path = join(folder, "key");
  try {
    assert.deepEqual(await readNonceKey(""), {});
    await assert.rejects(readNonceKey(path), { message: /^SEATWAY_SIP_NONCE_KEY=.*key: / });
    await writeFile(path, "secret");
    await assert.rejects(readNonceKey(path), (fault: Error) => {
      assert.equal(fault.message, `SEATWAY_SIP_NONCE_KEY=${path}: allowed is a file of 16 bytes or more`);
      return true;
    });
    await writeFile(path, "0123456789abcdef");
    assert.deepEqual(await readNonceKey(path), { nonceKey: Buffer.from("0123456789abcdef") });
  } finally {
    await rm(folder, { recursive: true });
  }
});
