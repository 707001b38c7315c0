import { type Diagnostic, failure, type Outcome, problem, type SourceRange, success } from '../diagnostics/index.ts';
import { checkSchema, type ParsedDocument, parseJson, readTextFile } from '../documents/index.ts';
import { isExactVersion, isJsonObject, type JsonObject } from '../values/index.ts';
import type { ThirdPartyKind } from './author.ts';

/** What a package says of itself as a provider, in the part `m3forge` of its package.json. */
export interface Manifest {
  readonly package: string;
  readonly version: string;
  /** The module of the provider, relative to the package. */
  readonly entry: string;
  /** What it can do, each with the JSON Schema of its options. */
  readonly kinds: ReadonlyMap<ThirdPartyKind, JsonObject>;
  /** The module of the fixture for the conformance kit. */
  readonly fixture: string | undefined;
  /** Every file that it names, relative to the package: modules and schemas. */
  readonly names: readonly string[];
}

/** The version of the contract in `author.ts`. */
const api = 1;

const file = { type: 'string', pattern: '^\\./(?:[A-Za-z0-9@_-][A-Za-z0-9@._-]*/)*[A-Za-z0-9@_-][A-Za-z0-9@._-]*$' };
const kind = { type: 'object', required: ['schema'], additionalProperties: false, properties: { schema: file } };

const schema: JsonObject = {
  type: 'object',
  required: ['api', 'provider', 'kinds'],
  additionalProperties: false,
  properties: {
    api: { type: 'integer' },
    provider: file,
    kinds: { type: 'object', additionalProperties: false, properties: { 'backup-store': kind, check: kind } },
    fixture: file,
  },
};

const largest = 1024 * 1024;

const hint = 'What a package of a provider holds is said in docs/providers.md.';

const read = async (directory: string, path: string, label: string): Promise<Outcome<ParsedDocument>> => {
  const text = await readTextFile(directory, path, { maxBytes: largest, filename: `${label}/${path}` });
  return text.ok ? parseJson(text.value) : text;
};

/** The schema of some options. What it brings of its own name is of no use here. */
const readSchema = async (directory: string, path: string, label: string): Promise<Outcome<JsonObject>> => {
  const parsed = await read(directory, path.slice(2), label);
  if (!parsed.ok) return parsed;
  const { value, locate } = parsed.value;
  if (isJsonObject(value) && value.type === 'object') {
    const { $schema: _dialect, $id: _id, ...rest } = value;
    return success(rest);
  }
  const detail = `${label}/${path.slice(2)} is no JSON Schema of an object ("type": "object").`;
  return failure([problem('provider-package-invalid', { detail, range: locate([]), hint })]);
};

const invalid = (diagnostics: readonly Diagnostic[], label: string, range: SourceRange): Outcome<never> => {
  const [first] = diagnostics;
  const where = first?.range ? ` (${first.range.filename}:${first.range.start.line})` : '';
  const detail = `${label} is no provider of m3forge: ${first?.detail ?? 'it says nothing of itself'}${where}`;
  return failure([problem('provider-package-invalid', { detail, range, hint })]);
};

/** Reads what a package says of itself, and executes nothing of it. `range` is where the configuration names it. */
export const readManifest = async (
  directory: string,
  label: string,
  range: SourceRange,
): Promise<Outcome<Manifest>> => {
  const parsed = await read(directory, 'package.json', label);
  if (!parsed.ok) return invalid(parsed.diagnostics, label, range);
  const { value, locate, filename } = parsed.value;
  const described = isJsonObject(value) ? value : {};
  const { name, version, m3forge } = described;
  const complain = (detail: string): Outcome<never> =>
    failure([
      problem('provider-package-invalid', { detail: `${label} is no provider of m3forge: ${detail}`, range, hint }),
    ]);
  if (!isJsonObject(m3forge)) return complain('its package.json has no part `m3forge`.');
  if (typeof name !== 'string' || typeof version !== 'string' || !isExactVersion(version)) {
    return complain('its package.json has no name or no semantic version.');
  }
  if (m3forge.api !== api)
    return complain(
      `it is for version ${JSON.stringify(m3forge.api ?? null)} of the contract; this m3forge has ${api}.`,
    );
  const part: ParsedDocument = { filename, value: m3forge, locate: (path, at) => locate(['m3forge', ...path], at) };
  const wrong = await checkSchema(schema, part);
  if (wrong.length > 0) return invalid(wrong, label, range);
  const said = m3forge as unknown as Described;
  const kinds = new Map<ThirdPartyKind, JsonObject>();
  for (const [one, { schema: path }] of Object.entries(said.kinds)) {
    const options = await readSchema(directory, path, label);
    if (!options.ok) return invalid(options.diagnostics, label, range);
    kinds.set(one as ThirdPartyKind, options.value);
  }
  if (kinds.size === 0) return complain('it can do nothing: `kinds` is empty.');
  const names = [said.provider, ...Object.values(said.kinds).map(({ schema: path }) => path)];
  return success({
    ...{ package: name, version, entry: said.provider, kinds, fixture: said.fixture },
    names: [...names, ...(said.fixture === undefined ? [] : [said.fixture])].map((path) => path.slice(2)),
  });
};

interface Described {
  readonly provider: string;
  readonly kinds: Readonly<Record<string, { readonly schema: string }>>;
  readonly fixture?: string;
}
