// One order of a certificate (RFC 8555 §7.4): account, names, HTTP-01, request, chain. Loaded when a certificate is due, as its
// libraries take 25 MB: dependency-cruiser holds the import to this file and this file to dynamic imports.

import acme from "acme-client";
import type { Binding } from "./acme-binding.ts";
import type { Door } from "./acme-door.ts";
import { newKey } from "./acme-state.ts";
import type { Pem } from "./certificate.ts";

export type Order = {
  readonly directory: string;
  readonly domains: readonly string[];
  /** Empty: none is given. */
  readonly email: string;
  /** What the account is bound to; null: nothing. */
  readonly binding: Binding | null;
  /** PEM. */
  readonly accountKey: string;
  readonly door: Pick<Door, "answer">;
};

const PATIENCE_MS = 30_000;

/** A new key with its chain. Rejects with what the authority, or the network, has to say. */
export async function order({ directory, domains, email, binding, accountKey, door }: Order): Promise<Pem> {
  // When to try again is acme.ts's to say, which tells it to the log too.
  Object.assign(acme.axios.defaults, { timeout: PATIENCE_MS });
  Object.assign((acme.axios.defaults as { acmeSettings?: object }).acmeSettings ?? {}, { retryMaxAttempts: 0 });
  const client = new acme.Client({
    directoryUrl: directory,
    accountKey,
    ...(binding && { externalAccountBinding: { kid: binding.keyId, hmacKey: binding.key } }),
    backoffMin: 1000,
    backoffMax: 10_000,
    backoffAttempts: 15,
  });
  const key = newKey();
  const [, csr] = await acme.crypto.createCsr({ altNames: [...domains] }, key);
  const cert = await client.auto({
    csr,
    ...(email !== "" && { email }),
    termsOfServiceAgreed: true,
    challengePriority: ["http-01"],
    // Whether the authority reaches us is for it to see: from here the name may lead elsewhere.
    skipChallengeVerification: true,
    async challengeCreateFn(_name, { type, token }, text) {
      if (type !== "http-01") throw new Error(`the authority offers no http-01, but ${type}`);
      door.answer(token, text);
    },
    async challengeRemoveFn(_name, { token }) {
      door.answer(token, null);
    },
  });
  return { key, cert };
}
