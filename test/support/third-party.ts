import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files below a directory. */
export const writeFiles = (directory: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
};

const anything = JSON.stringify({ type: 'object' });

/** What a package says of itself; a test changes some of it. */
export const manifestOf = (changes: object = {}, version = '1.2.0'): string =>
  JSON.stringify({
    name: 'm3forge-provider-acme',
    version,
    type: 'module',
    m3forge: {
      api: 1,
      provider: './provider.js',
      kinds: { 'backup-store': { schema: './schema.json' }, check: { schema: './schema.json' } },
      ...changes,
    },
  });

/** A package of a provider with these files in the place of the usual ones. */
export const packageFiles = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'package.json': manifestOf(),
  'schema.json': anything,
  'provider.js': 'export const provider = {};',
  ...files,
});

/** A provider whose store keeps files in memory; `changes` are members of the store, `check` the body of its check. */
export const providerSource = (changes = '', check = 'return { passed: true, detail: "seen" };'): string => `
const files = new Map();
const all = async (chunks) => {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
};
const store = ({ options, directory, timeoutMs }) => ({
  label: 'the memory of a test',
  check: async () => {},
  write: async (name, chunks) => {
    if (files.has(name)) throw new Error(name + ' exists already');
    const bytes = await all(chunks);
    files.set(name, bytes);
    return { bytes: bytes.length };
  },
  read: async (name, range) => {
    const file = files.get(name);
    return file && range ? file.subarray(range.start, range.start + range.length) : file;
  },
  list: async (folder) => [...files.keys()].filter((name) => folder === '' || name.startsWith(folder + '/')),
  remove: async (name) => void files.delete(name),
  ${changes}
});
export const provider = {
  backupStore: store,
  check: { run: async ({ name, options, timeoutMs, directory, variables, signal }) => { ${check} } },
};
`;
