import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that is made from the sources: the same bytes for the same sources, on every machine. */
export interface Output {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A part of a JSON Schema, as far as the reference reads it. */
export interface SchemaPart {
  readonly $schema?: string;
  readonly title?: string;
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaPart;
  readonly items?: SchemaPart;
  readonly anyOf?: readonly SchemaPart[];
  /** A reference with something beside it. */
  readonly allOf?: readonly [SchemaPart];
  readonly unavailable?: boolean;
  readonly available?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, SchemaPart>>;
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The definition that a reference leads to, or the part itself. */
export const resolved = (part: SchemaPart, root: SchemaPart): SchemaPart => {
  const reference = part.$ref ?? part.allOf?.[0].$ref;
  return reference ? (root.$defs?.[reference.replace('#/$defs/', '')] ?? {}) : part;
};
