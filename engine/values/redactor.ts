import { mask, type Secret } from './secret.ts';

/** Knows every secret of this run, and takes them out of any text, in the encodings in which they tend to leak. */
export interface Redactor {
  readonly add: (secret: Secret) => void;
  readonly redact: (text: string) => string;
}

const secretName =
  /(?:token|secret|passw(?:or)?d|passphrase|credentials?|signature|(?:^|[_.-])(?:sig|auth|key)|(?:api|access|private|secret|encryption|signing)_?key)$/i;

/** Whether something of this name, such as an environment variable or a parameter of a URL, must not be shown. */
export const isSecretName = (name: string): boolean => secretName.test(name);

/** Too short to be a secret, and likely to stand in ordinary words. */
const shortestSecret = 4;
/** A piece of a secret must be longer than that, because more of ordinary text looks like it. */
const shortestPiece = 8;

const percentEncoded = (value: string): readonly string[] => {
  // What is no text for the web, a half of a surrogate pair, is sent by nobody either.
  const standard = encodeURIComponent(value.toWellFormed());
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [standard, lower(standard), form, lower(form)];
};

/**
 * What base64 makes of a value inside a longer text, such as the password in `user:password`: three bytes become four
 * letters, so it looks different at each of three offsets, and its edges mix with what stands around it.
 */
const insideBase64 = (value: string): readonly string[] => {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const inner = text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')].filter(({ length }) => length >= shortestPiece);
  });
};

const jsonEscaped = (value: string): string => JSON.stringify(value).slice(1, -1);

const spellings = (value: string): readonly string[] => {
  const hex = Buffer.from(value).toString('hex');
  return [
    value,
    // JSON inside JSON, as a log inside a log has it.
    ...[jsonEscaped(value), jsonEscaped(jsonEscaped(value))],
    ...percentEncoded(value),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
    ...insideBase64(value),
    ...[hex, hex.toUpperCase()],
  ];
};

/** The lines of a key in PEM, for one: views indent what has several lines, and then the whole is found no more. */
const linesOf = (value: string): readonly string[] =>
  value.includes('\n') ? value.split(/\r?\n/).filter(({ length }) => length >= shortestPiece) : [];

export const createRedactor = (): Redactor => {
  // Longest first, so that a secret that contains another leaves nothing behind.
  let known: readonly string[] = [];
  return {
    add: (secret) => {
      const value = secret.reveal();
      if (value.length < shortestSecret) return;
      const spelled = [value, ...linesOf(value)].flatMap(spellings);
      known = [...new Set([...known, ...spelled])].sort((a, b) => b.length - a.length);
    },
    redact: (text) => known.reduce((redacted, spelling) => redacted.replaceAll(spelling, mask), text),
  };
};
