import assert from "node:assert/strict";
import { test } from "node:test";
import { bindingRequest, bindingResponse, isStun } from "./stun.ts";

// The transaction id of RFC 5769 §2.2 and §2.3, whose mapped addresses these are.
const id = "b7e7a701bc34d686fa87dfae";
const request = Buffer.from(`000100002112a442${id}`, "hex");

test("the mapped address as in RFC 5769 §2.2 and §2.3", () => {
  const v4 = bindingResponse(request, { address: "192.0.2.1", port: 32_853 });
  assert.equal(v4?.toString("hex"), `0101000c2112a442${id}002000080001a147e112a643`);
  const v6 = bindingResponse(request, { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 });
  assert.equal(v6?.toString("hex"), `010100182112a442${id}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`);
});

test("every spelling of an IPv6 address", () => {
  const whole = bindingResponse(request, { address: "0:0:0:0:0:0:0:1", port: 1 });
  assert.deepEqual(bindingResponse(request, { address: "::1", port: 1 }), whole);
  assert.deepEqual(
    bindingResponse(request, { address: "fe80::1:2%eth0", port: 1 }),
    bindingResponse(request, { address: "fe80:0:0:0:0:0:1:2", port: 1 }),
  );
  assert.deepEqual(
    bindingResponse(request, { address: "::ffff:192.0.2.1", port: 1 }),
    bindingResponse(request, { address: "::ffff:c000:201", port: 1 }),
  );
});

test("our keep-alive is a Binding request that is answered", () => {
  const request = bindingRequest();
  assert.ok(isStun(request));
  const answer = bindingResponse(request, { address: "192.0.2.1", port: 5060 });
  assert.deepEqual(answer?.subarray(8, 20), request.subarray(8, 20));
});

test("what is no Binding request gets no answer, and SIP is no STUN", () => {
  const from = { address: "192.0.2.1", port: 1 };
  const response = bindingResponse(request, from);
  assert.ok(response && isStun(response));
  assert.equal(bindingResponse(response, from), undefined);
  assert.equal(bindingResponse(Buffer.concat([request, Buffer.alloc(4)]), from), undefined);
  assert.ok(isStun(request));
  assert.ok(!isStun(request.subarray(0, 19)));
  assert.ok(!isStun(Buffer.from("OPTIONS sip:127.0.0.1 SIP/2.0\r\n\r\n")));
});
