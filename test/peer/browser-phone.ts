// A softphone in a browser: JsSIP in Chromium, registered over WSS from a page of the gateway's own origin.

import type { Page } from "playwright-core";
import { bundle, openBrowser } from "../support/browser.ts";
import { until } from "../support/until.ts";

export type BrowserPhone = {
  /** What happened, oldest first: `registered`, `rings`, `cancelled`, `refused 401` … */
  said(): Promise<readonly string[]>;
  saw(event: string): Promise<void>;
  /** Declines with 603 when it rings next. */
  declineNext(): Promise<void>;
  /** Closes the page without a word to the gateway. */
  vanish(): Promise<void>;
  close(): Promise<void>;
};

export type BrowserPhoneOptions = {
  readonly number: string;
  readonly password: string;
  /** Origin of the HTTPS face. */
  readonly gateway: string;
};

/** The page trusts the gateway's certificate without looking, as after an import of its CA. */
export async function startBrowserPhone(options: BrowserPhoneOptions): Promise<BrowserPhone> {
  const browser = await openBrowser();
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${options.gateway}/healthz`);
  await page.evaluate(await bundle("jssip", "JsSIP"));
  await page.evaluate(register, options);
  return {
    said: () => said(page),
    saw: async (event) => {
      await until(`${event} at the browser's phone`, async () => ((await said(page)).includes(event) ? true : null));
    },
    declineNext: () => page.evaluate("phone.declines = true") as Promise<void>,
    vanish: () => page.close(),
    close: () => browser.close(),
  };
}

const said = (page: Page): Promise<readonly string[]> => page.evaluate("phone.said") as Promise<readonly string[]>;

type Session = {
  direction: string;
  on(event: string, listener: (event: { originator: string; cause: string }) => void): void;
  terminate(options: { status_code: number }): void;
};
type UserAgent = { start(): void; on(event: string, listener: (event: never) => void): void };
type JsSip = {
  WebSocketInterface: new (url: string) => object;
  UA: new (options: object) => UserAgent;
};

/** Runs in the page, so it may use nothing of this file. */
function register({ number, password, gateway }: BrowserPhoneOptions): void {
  const page = globalThis as unknown as { JsSIP: JsSip; phone: { said: string[]; declines: boolean } };
  const phone = { said: [] as string[], declines: false };
  page.phone = phone;
  const { host } = new URL(gateway);
  const agent = new page.JsSIP.UA({
    sockets: [new page.JsSIP.WebSocketInterface(`wss://${host}/sip`)],
    uri: `sip:${number}@${host.replace(/:.*/, "")}`,
    password,
    register_expires: 60,
  });
  agent.on("registered", () => phone.said.push("registered"));
  agent.on("registrationFailed", ({ response }: { response?: { status_code: number } }) =>
    phone.said.push(`refused ${response?.status_code ?? ""}`),
  );
  agent.on("newRTCSession", ({ session }: { session: Session }) => {
    phone.said.push("rings");
    session.on("failed", ({ originator, cause }) => phone.said.push(`${originator} ${cause}`));
    if (phone.declines) session.terminate({ status_code: 603 });
  });
  agent.start();
}
