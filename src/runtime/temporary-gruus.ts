// Temporary names of devices (RFC 5627 §3.1.2, §5.2): a new one with every registration, all of them good until the device has
// no binding left or registers with another Call-ID. A name is the device's number and round, encrypted and signed, so that
// however many are given out, one row a device is all that is kept.

import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** `instance` as `+sip.instance` has it, in angle brackets. */
export type Device = { readonly user: string; readonly instance: string };

type Row = Device & { readonly number: number; readonly round: number; readonly sipCallId: string };

const PREFIX = "tgruu.";
const BLOCK = 16;
const TAG = 10;

const keyOf = ({ user, instance }: Device): string => `${user} ${instance}`;

export class TemporaryGruus {
  private readonly cipherKey = randomBytes(16);
  private readonly macKey = randomBytes(32);
  private readonly byDevice = new Map<string, Row>();
  private readonly byNumber = new Map<number, Row>();
  private next = 1;

  /** A user part that nobody has seen before. Another `sipCallId` than the last one ends the earlier names. */
  mint(device: Device, sipCallId: string): string {
    const row = this.rowOf(device, sipCallId);
    const block = Buffer.alloc(BLOCK);
    block.writeUInt32BE(row.number, 0);
    block.writeUInt32BE(row.round, 4);
    randomBytes(8).copy(block, 8);
    const cipher = createCipheriv("aes-128-ecb", this.cipherKey, null).setAutoPadding(false);
    const hidden = Buffer.concat([cipher.update(block), cipher.final()]);
    return PREFIX + Buffer.concat([hidden, this.tag(hidden)]).toString("base64url");
  }

  /** Undefined for a name that is not ours, or no longer good. */
  find(name: string): Device | undefined {
    const bytes = name.startsWith(PREFIX) ? Buffer.from(name.slice(PREFIX.length), "base64url") : undefined;
    if (bytes?.length !== BLOCK + TAG) return undefined;
    const hidden = bytes.subarray(0, BLOCK);
    if (!timingSafeEqual(this.tag(hidden), bytes.subarray(BLOCK))) return undefined;
    const decipher = createDecipheriv("aes-128-ecb", this.cipherKey, null).setAutoPadding(false);
    const block = Buffer.concat([decipher.update(hidden), decipher.final()]);
    const row = this.byNumber.get(block.readUInt32BE(0));
    return row?.round === block.readUInt32BE(4) ? row : undefined;
  }

  /** It has no binding left. */
  forget(device: Device): void {
    const row = this.byDevice.get(keyOf(device));
    if (!row) return;
    this.byDevice.delete(keyOf(device));
    this.byNumber.delete(row.number);
  }

  private rowOf({ user, instance }: Device, sipCallId: string): Row {
    const known = this.byDevice.get(keyOf({ user, instance }));
    if (known?.sipCallId === sipCallId) return known;
    const row = known
      ? { ...known, sipCallId, round: known.round + 1 }
      : { user, instance, sipCallId, number: this.next++, round: 1 };
    this.byDevice.set(keyOf(row), row);
    this.byNumber.set(row.number, row);
    return row;
  }

  private tag(bytes: Buffer): Buffer {
    return createHmac("sha256", this.macKey).update(bytes).digest().subarray(0, TAG);
  }
}
