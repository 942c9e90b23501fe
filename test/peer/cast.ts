// A gateway with programs around it, taken down in the opposite order whatever happens.

import type { TestContext } from "node:test";
import { type Baresip, type BaresipOptions, startBaresip } from "../support/baresip.ts";
import { type Kamailio, type KamailioOptions, startKamailio } from "../support/kamailio.ts";
import { type Rtpengine, type RtpengineOptions, startRtpengine } from "../support/rtpengine.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { type Sipp, type SippOptions, startSipp } from "../support/sipp.ts";
import { type StartedGateway, type StartOptions, startGateway } from "../support/started-gateway.ts";
import { type BarePhone, type BarePhoneOptions, startBarePhone } from "./bare-phone.ts";
import { type Desk, sitDown } from "./desk.ts";
import { password, type TestEngine } from "./site.ts";

export type Cast = {
  gateway(options?: StartOptions): Promise<StartedGateway>;
  /** baresip, registered when it has a registrar. */
  baresip(options: BaresipOptions): Promise<Baresip>;
  sipp(options: SippOptions): Promise<Sipp>;
  rtpengine(options?: RtpengineOptions): Promise<Rtpengine>;
  barePhone(options: BarePhoneOptions): Promise<BarePhone>;
  kamailio(options: KamailioOptions): Promise<Kamailio>;
  /** Agent 101, or this one, signed in with this phone. */
  desk(gateway: StartedGateway, phone: string, agent?: string): Promise<Desk>;
};

/** The gateway's own media, or rtpengine with the gateway behind it. */
export type Engine = "builtin" | "rtpengine";

/** What a site file says of it; rtpengine is started. */
export async function mediaOf(cast: Cast, engine: Engine): Promise<{ media?: TestEngine }> {
  if (engine === "builtin") return {};
  const digits = await freeSipPort();
  const { port } = await cast.rtpengine({ more: [`--dtmf-log-dest=127.0.0.1:${digits}`] });
  return { media: { rtpengine: port, digits } };
}

/** Everything started through it ends with the test. */
export function castOf(context: TestContext): Cast {
  const ends: (() => Promise<unknown>)[] = [];
  context.after(async () => {
    // All of them, whatever one says: what is left would keep the process alive.
    const faults: unknown[] = [];
    for (const end of ends.reverse()) await end().catch((fault: unknown) => faults.push(fault));
    if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join("; "));
  });
  return {
    async gateway(options) {
      const gateway = await startGateway(options);
      ends.push(async () => {
        // Not in the types of this Node.js yet.
        if ("passed" in context && context.passed === false) context.diagnostic(gateway.log());
        await gateway.stop();
      });
      return gateway;
    },
    async baresip(options) {
      const phone = await startBaresip(options);
      ends.push(() => phone.stop());
      if (options.registrar?.password === password) await phone.registered();
      return phone;
    },
    async sipp(options) {
      const sipp = await startSipp(options);
      ends.push(() => sipp.stop());
      return sipp;
    },
    async rtpengine(options) {
      const engine = await startRtpengine(options);
      ends.push(() => engine.stop());
      return engine;
    },
    async barePhone(options) {
      const phone = await startBarePhone(options);
      ends.push(() => phone.stop());
      return phone;
    },
    async kamailio(options) {
      const kamailio = await startKamailio(options);
      ends.push(async () => {
        if ("passed" in context && context.passed === false) context.diagnostic(kamailio.log());
        await kamailio.stop();
      });
      return kamailio;
    },
    async desk({ url }, phone, agent = "101") {
      const desk = await sitDown(url, agent, { phonenum: phone });
      ends.push(() => desk.leave());
      return desk;
    },
  };
}
