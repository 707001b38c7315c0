import { type Diagnostic, type Outcome, outcomeOf, problem, success } from '../diagnostics/index.ts';
import { checkSchema, parseJson, readTextFile } from '../documents/index.ts';
import type { JsonObject } from '../values/index.ts';

/** Beside the configuration; to be committed with it. */
export const lockFileName = 'm3forge.lock';

/** What was pinned of a provider. */
export interface ProviderPin {
  /** The name of a package, or a path. */
  readonly from: string;
  readonly version: string;
  /** `sha256-` and the digest of all its files in base64. */
  readonly integrity: string;
}

export type ProviderPins = ReadonlyMap<string, ProviderPin>;

const text = { type: 'string', minLength: 1 };

const schema: JsonObject = {
  type: 'object',
  required: ['version', 'providers'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    providers: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['from', 'version', 'integrity'],
        additionalProperties: false,
        properties: {
          from: text,
          version: text,
          integrity: { type: 'string', pattern: '^sha256-[A-Za-z0-9+/]{43}=$' },
        },
      },
    },
  },
};

const hint = 'Write it anew, after a look at what changed in it:\n\n    m3forge providers lock';

const invalid = (filename: string, { detail, range }: Diagnostic): Diagnostic =>
  problem('provider-lock-invalid', { detail: `${filename} is not as m3forge writes it: ${detail}`, range, hint });

/** The pins beside a configuration; none where there is no such file. `filename` is how diagnostics name it. */
export const readPins = async (directory: string, filename: string): Promise<Outcome<ProviderPins>> => {
  const read = await readTextFile(directory, lockFileName, { maxBytes: 1024 * 1024, filename });
  if (!read.ok && read.diagnostics.some(({ code }) => code === 'file-missing')) return success(new Map());
  const parsed = read.ok ? parseJson(read.value) : read;
  if (!parsed.ok)
    return outcomeOf(
      new Map(),
      parsed.diagnostics.slice(0, 1).map((one) => invalid(filename, one)),
    );
  const [wrong] = await checkSchema(schema, parsed.value);
  if (wrong) return outcomeOf(new Map(), [invalid(filename, wrong)]);
  const { providers } = parsed.value.value as unknown as { readonly providers: Readonly<Record<string, ProviderPin>> };
  return success(new Map(Object.entries(providers)));
};

/** The text of a lock file: the same for the same pins, one line each, so that a change of one is a change of one line. */
export const renderPins = (pins: ProviderPins): string => {
  const lines = [...pins]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { from, version, integrity }]) => {
      const pin = { from, version, integrity };
      return `    ${JSON.stringify(name)}: ${JSON.stringify(pin)}`;
    });
  return `{\n  "version": 1,\n  "providers": {${lines.length > 0 ? `\n${lines.join(',\n')}\n  ` : ''}}\n}\n`;
};
