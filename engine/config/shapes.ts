import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { ParsedDocument } from '../documents/index.ts';
import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';

/** The parts that may be written as lists, with the keys that may name an entry, the most telling first. */
const listed: Readonly<Record<string, readonly string[]>> = {
  environments: ['name'],
  targets: ['name'],
  gateways: ['id', 'name'],
};

/** `Production US East` as a name for command lines and schemas. */
const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 63);

interface Entry {
  readonly slug: string;
  readonly index: number;
  readonly namedBy: string;
  readonly body: JsonObject;
}

/** One part that was a list, as the mapping that it means. */
class ListedPart {
  readonly diagnostics: Diagnostic[] = [];
  readonly entries = new Map<string, Entry>();
  readonly #part: string;
  readonly #document: ParsedDocument;

  constructor(part: string, list: readonly JsonValue[], document: ParsedDocument) {
    this.#part = part;
    this.#document = document;
    for (const [index, written] of list.entries()) this.#add(index, written);
  }

  #say(code: 'schema-wrong-type' | 'schema-missing-key' | 'config-invalid-name', index: number, detail: string): void {
    this.diagnostics.push(problem(code, { detail, range: this.#document.locate([this.#part, index]) }));
  }

  #add(index: number, written: JsonValue): void {
    const where = `\`${this.#part}[${index}]\``;
    if (!isJsonObject(written)) {
      this.#say('schema-wrong-type', index, `${where} must be a mapping.`);
      return;
    }
    const namedBy = (listed[this.#part] ?? []).find((key) => typeof written[key] === 'string');
    if (namedBy === undefined) {
      this.#say('schema-missing-key', index, `${where} needs the key \`${listed[this.#part]?.[0] ?? 'name'}\`.`);
      return;
    }
    const name = String(written[namedBy]);
    const slug = slugOf(name);
    const other = this.entries.get(slug);
    if (slug === '' || other) {
      const why = other
        ? `the entry before it on line ${this.#line(other.index)} is called so too`
        : 'it has no letter from a to z';
      this.#say('config-invalid-name', index, `"${name}" cannot be a name: ${why}.`);
      return;
    }
    const { [namedBy]: _, ...rest } = written;
    const body = slug === name ? rest : { [this.#forPeople]: name, ...rest };
    this.entries.set(slug, { slug, index, namedBy, body });
  }

  /** The key that holds a name for people. */
  get #forPeople(): string {
    return this.#part === 'gateways' ? 'name' : 'display_name';
  }

  #line(index: number): number {
    return this.#document.locate([this.#part, index]).start.line;
  }

  value(): JsonObject {
    return Object.fromEntries([...this.entries.values()].map(({ slug, body }) => [slug, body]));
  }

  /** Where something of the mapping stands in the list. */
  origin([part = '', slug = '', ...inside]: StructuralPath): StructuralPath {
    const entry = this.entries.get(String(slug));
    if (!entry) return [part];
    const written = this.#document.value;
    const list = isJsonObject(written) ? (written[this.#part] as readonly JsonObject[] | undefined) : undefined;
    const isMade = inside[0] === this.#forPeople && list?.[entry.index]?.[this.#forPeople] === undefined;
    return [part, entry.index, ...(isMade ? [entry.namedBy] : inside)];
  }
}

/**
 * A document with its lists of named entries made into mappings, so that there is one shape to judge. Everything is still
 * located where it was written.
 */
export const canonicalShapes = (
  document: ParsedDocument,
): { readonly document: ParsedDocument; readonly diagnostics: readonly Diagnostic[] } => {
  const { value } = document;
  if (!isJsonObject(value)) return { document, diagnostics: [] };
  const parts = new Map<string, ListedPart>();
  for (const part of Object.keys(listed)) {
    const list = value[part];
    if (Array.isArray(list)) parts.set(part, new ListedPart(part, list as readonly JsonValue[], document));
  }
  if (parts.size === 0) return { document, diagnostics: [] };
  const mapped = Object.fromEntries([...parts].map(([part, entries]) => [part, entries.value()]));
  return {
    document: {
      filename: document.filename,
      value: { ...value, ...mapped },
      locate: (path, piece) => document.locate(parts.get(String(path[0]))?.origin(path) ?? path, piece),
    },
    diagnostics: [...parts.values()].flatMap(({ diagnostics }) => diagnostics),
  };
};
