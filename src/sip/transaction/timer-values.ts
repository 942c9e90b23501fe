// Timer values and names of the four transaction machines (RFC 3261 §17.1.1.1 and table 4, RFC 6026 §7).

/** Round trip estimate, ms. */
export const T1 = 500;
/** Longest interval between retransmissions of non-INVITE requests and INVITE responses, ms. */
export const T2 = 4000;
/** How long a message can stay in the network, ms. */
export const T4 = 5000;
/** Time-out of every transaction, and the life of what waits for stray retransmissions, ms. */
export const SIXTY_FOUR_T1 = 64 * T1;

/** A, E, G send again; all others end a wait and may run late by a fraction of a second. */
export type TimerName = "A" | "B" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M";

export type TimerInput = { readonly type: "timer"; readonly name: TimerName };
export type TransportErrorInput = { readonly type: "transport-error" };
/** Only a connection that is gone led to the peer and back: a browser cannot open another one to answer (RFC 7118 §5). */
export type PeerGoneInput = { readonly type: "peer-gone" };

export type Start = { readonly type: "start"; readonly timer: TimerName; readonly ms: number };
export type Stop = { readonly type: "stop"; readonly timer: TimerName };
/** Bytes that are kept go out (again): the request, the last response, or the ACK. */
export type Send = { readonly type: "send" | "send-ack" };
/** The message of this input goes up to the transaction user. */
export type Deliver = { readonly type: "deliver" };
/** The transaction user learns that nobody answered, or that the message could not be sent. */
export type Failed = { readonly type: "failed"; readonly why: "timeout" | "transport" };
/** No ACK came for a final response to an INVITE. */
export type AckMissing = { readonly type: "ack-missing" };
/** What layer.ts does for a machine; client.ts and server.ts perform it. */
export type TransactionEffect = Start | Stop | Send | Deliver | Failed | AckMissing;

export const start = (timer: TimerName, ms: number): Start => ({ type: "start", timer, ms });
export const stop = (timer: TimerName): Stop => ({ type: "stop", timer });
export const SEND: Send = { type: "send" };
export const SEND_ACK: Send = { type: "send-ack" };
export const DELIVER: Deliver = { type: "deliver" };
export const TIMED_OUT: Failed = { type: "failed", why: "timeout" };
export const NOT_SENT: Failed = { type: "failed", why: "transport" };
