import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readBinding } from "./acme-binding.ts";

test("the binding of an ACME account: none, from the environment, from a file; not there, or no key, and then nothing of it is told", async () => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-eab-"));
  const file = join(folder, "key");
  const none = { acmeEabKeyId: "", acmeEabKey: "", acmeEabKeyFile: "" };
  const fromFile = { ...none, acmeEabKeyId: "kid-1", acmeEabKeyFile: file };
  try {
    assert.equal(await readBinding(none), null);
    const given = { ...none, acmeEabKeyId: "kid-1", acmeEabKey: "c2VjcmV0" };
    assert.deepEqual(await readBinding(given), { keyId: "kid-1", key: "c2VjcmV0" });
    await assert.rejects(readBinding(fromFile), { message: /^SEATWAY_ACME_EAB_KEY_FILE=.*key: ENOENT/ });
    for (const bad of ["", "c2Vj+mV0/w==", "c2Vj cmV0", "key: c2VjcmV0"]) {
      await writeFile(file, bad);
      await assert.rejects(readBinding(fromFile), (fault: Error) => {
        assert.match(
          fault.message,
          /^SEATWAY_ACME_EAB_KEY_FILE=.*: allowed is a file with the key alone, in base64url/,
        );
        assert.ok(bad === "" || !fault.message.includes(bad));
        return true;
      });
    }
    await writeFile(file, "c2VjcmV0\n");
    assert.deepEqual(await readBinding(fromFile), { keyId: "kid-1", key: "c2VjcmV0" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
