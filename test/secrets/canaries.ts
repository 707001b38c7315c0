import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A secret that stands in one place only, so that wherever it turns up it is known where it came from. */
export interface Canary {
  readonly name: string;
  readonly value: string;
}

/** Looks different in every encoding: quotes, a backslash, spaces, a plus, and more than ASCII. */
export const canary = (name: string): Canary => ({ name, value: `Cnry "${name}"\\ é+/ßÿ~${name}` });

/** One that may stand in a URL or an environment as it is. */
export const plainCanary = (name: string): Canary => ({ name, value: `cnry-${name}-7f3a91c0d2` });

const encodings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  base64: (value) => Buffer.from(value).toString('base64').replace(/=+$/, ''),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  'URL-encoded': (value) => encodeURIComponent(value),
  'JSON-escaped': (value) => JSON.stringify(value).slice(1, -1),
  hex: (value) => Buffer.from(value).toString('hex'),
};

export const encodingNames = Object.keys(encodings);

export const encode = (encoding: string, value: string): string => encodings[encoding]?.(value) ?? '';

/** How a value looks in base64 inside of something longer: its edges mix with what stands around it. */
const insideBase64 = (value: string, encoding: 'base64' | 'base64url'): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.from(`${'.'.repeat(offset)}${value}`)
      .toString(encoding)
      .replace(/=+$/, '');
    return text.slice(Math.ceil((offset * 8) / 6), -1);
  });

const looksOf = (encoding: string, value: string): readonly string[] =>
  encoding === 'base64' || encoding === 'base64url' ? insideBase64(value, encoding) : [encode(encoding, value)];

/** What was found in some bytes, as `canary in encoding`; hexadecimal in either case. */
export const canariesIn = (bytes: Buffer, canaries: readonly Canary[]): readonly string[] => {
  const text = bytes.toString('utf8');
  const lower = text.toLowerCase();
  return canaries.flatMap(({ name, value }) =>
    encodingNames
      .filter((encoding) => looksOf(encoding, value).some((look) => (encoding === 'hex' ? lower : text).includes(look)))
      .map((encoding) => `${name} in ${encoding}`),
  );
};

/** Every file below a directory, except those that its owner put there himself. */
export const filesBelow = (directory: string, own: readonly string[]): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !own.some((name) => path === name || path.startsWith(`${name}/`)));

/** All that was written by anybody, each with where it was. */
export class Collection {
  readonly #pieces: { readonly where: string; readonly bytes: Buffer }[] = [];

  add(where: string, bytes: Buffer | string): void {
    this.#pieces.push({ where, bytes: Buffer.from(bytes) });
  }

  addFiles(directory: string, own: readonly string[]): void {
    for (const path of filesBelow(directory, own)) this.add(path, readFileSync(join(directory, path)));
  }

  find(canaries: readonly Canary[]): readonly string[] {
    return this.#pieces.flatMap(({ where, bytes }) => canariesIn(bytes, canaries).map((found) => `${where}: ${found}`));
  }

  get bytes(): number {
    return this.#pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
