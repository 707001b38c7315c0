import { inspect } from 'node:util';

/** What is printed in the place of a secret. */
export const mask = '***';

/** A value that must not be shown: every way of printing it yields `***`. Only `reveal` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one call that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/** Knows every secret of this run, and takes them out of any text, in the encodings in which they tend to leak. */
export interface Redactor {
  readonly add: (secret: Secret) => void;
  readonly redact: (text: string) => string;
}

const spellings = (value: string): readonly string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('base64url'),
  Buffer.from(value).toString('hex'),
];

/** Too short to be a secret, and likely to stand in ordinary words. */
const shortestSecret = 4;

export const createRedactor = (): Redactor => {
  const known = new Set<string>();
  return {
    add: (secret) => {
      if (secret.reveal().length < shortestSecret) return;
      for (const spelling of spellings(secret.reveal())) known.add(spelling);
    },
    redact: (text) => {
      let redacted = text;
      // Longest first, so that a secret that contains another leaves nothing behind.
      for (const value of [...known].sort((a, b) => b.length - a.length)) redacted = redacted.replaceAll(value, mask);
      return redacted;
    },
  };
};
