import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, kinds } from './originals.ts';

/** Small texts worth keeping, of each kind: what once failed, and one for every way through the rules that was found. */
export type Corpus = Readonly<Record<Kind, readonly string[]>>;

const fileOf = (kind: Kind): string => join(import.meta.dirname, 'corpus', `${kind}.json`);

export const readCorpus = (): Corpus =>
  Object.fromEntries(kinds.map((kind) => [kind, JSON.parse(readFileSync(fileOf(kind), 'utf8'))])) as unknown as Corpus;

export const keep = (kind: Kind, texts: readonly string[]): void => {
  const sorted = [...new Set(texts)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  writeFileSync(fileOf(kind), `[\n${sorted.map((text) => JSON.stringify(text)).join(',\n')}\n]\n`);
};
