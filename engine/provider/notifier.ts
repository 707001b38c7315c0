import type { System } from '../system/index.ts';
import type { JsonObject } from '../values/index.ts';

// notifier: tells people, or their programs, what happened

export interface NotifierContext {
  readonly system: System;
  /**
   * What the configuration says, in the provider's own terms. With expressions resolved for sending, unresolved for
   * composing alone: so nothing is judged before it is sent.
   */
  readonly options: JsonObject;
  /** Takes every known secret out of a text. */
  readonly redact: (text: string) => string;
}

/** What there is to tell, in words. No text of it holds a secret, or a character that cannot be seen. */
export interface Notice {
  /** The same however often it is sent, so that a receiver knows what it has already. Letters, digits and `-`. */
  readonly id: string;
  /** When it happened. */
  readonly at: Date;
  /** For programs, such as `release.failed`. */
  readonly type: string;
  readonly project: string;
  /** `trouble` and `alarm` want somebody to look; at an alarm, what is wrong is active. */
  readonly tone: 'news' | 'success' | 'trouble' | 'alarm';
  /** One line. */
  readonly title: string;
  /** What went wrong, or why it was done; may have several lines. */
  readonly text: string | undefined;
  /** What is good to know, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Commands that lead on. */
  readonly commands: readonly string[];
  /** What belongs together, such as all that is told of one release. */
  readonly thread: string;
  /** What is in order or not by this: it has a name, opens with what goes wrong, and closes with the next success. */
  readonly alert: { readonly key: string; readonly action: 'open' | 'close' } | undefined;
  /** Everything that is known of it, for programs. */
  readonly data: JsonObject;
}

/** One thing that is sent, as it can be shown: what is only known when it is sent is described. */
export interface ComposedMessage {
  /** Such as `POST https://events.pagerduty.com/v2/enqueue`. */
  readonly to: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendOrder {
  readonly notice: Notice;
  /** For each exchange. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Sent {
  /** What is to be said of it although it was sent, such as who did not get it. */
  readonly remark: string | undefined;
}

/** Where something is told. */
export interface Notifier {
  /** Where that is, for people, as far as it is no secret. */
  readonly label: string;
  /** What is sent, in that order. */
  readonly compose: (notice: Notice) => readonly ComposedMessage[];
  /**
   * Sends it. Sent twice, it does no harm: the receiver can tell by its id. Throws `Refusal`: with
   * `notifier-message-refused` where this one message is not taken and another may be, with any other code where nothing
   * could be sent there now.
   */
  readonly send: (order: SendOrder) => Promise<Sent>;
}
