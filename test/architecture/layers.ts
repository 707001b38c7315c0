/** The shape of the house as data. The tests beside this file enforce it; an exception is a line here, with its reason. */

/** Folders of engine/ by level: one may import those of lower levels only. */
export const levels: readonly (readonly string[])[] = [
  ['diagnostics', 'system'],
  ['values', 'documents', 'http', 'database'],
  ['config', 'artifacts', 'state'],
  ['versions', 'provider'],
  ['gateways'],
  ['plan'],
  ['clearance', 'backups'],
  ['apply', 'preview'],
  ['release', 'notifications'],
  ['operations'],
  ['cli', 'server'],
];

/** Imports within one level that are allowed all the same. */
export const lowestOfLevel: Readonly<Record<string, readonly string[]>> = {
  // It says what is wrong with an environment variable, and imports nothing that could import it.
  system: ['diagnostics'],
  // Values have no input or output, so that everything of their level may be made of them.
  documents: ['values'],
  http: ['values'],
  database: ['values'],
};

/** What providers may import of the engine: what they are for, and what they are made of. */
export const openToProviders: readonly string[] = [
  ...['provider', 'database', 'http', 'documents', 'values', 'system', 'diagnostics'],
];

/** Each package, and each heavy module of Node, with the one folder of engine/ that may import it. */
export const packages: Readonly<Record<string, string>> = {
  yaml: 'documents',
  ajv: 'documents',
  'jsonc-parser': 'documents',
  'fast-xml-parser': 'documents',
  '@marcbachmann/cel-js': 'config',
  '@secretlint/core': 'clearance',
  '@secretlint/secretlint-rule-preset-recommend': 'clearance',
  'tap-parser': 'clearance',
  semver: 'values',
  canonicalize: 'values',
  picomatch: 'values',
  croner: 'values',
  pg: 'database',
  'pg-copy-streams': 'database',
  '@electric-sql/pglite': 'database',
  diff: 'artifacts',
  undici: 'http',
  clipanion: 'cli',
  listr2: 'cli',
  'pg-boss': 'release',
  'p-retry': 'notifications',
  'node:child_process': 'system',
  'node:process': 'system',
};

/** Names that say nothing, and that therefore collect everything. */
export const bannedNames: readonly string[] = [
  ...['utils', 'helpers', 'common', 'misc', 'shared', 'lib', 'base', 'core', 'manager'],
];

export const maxFileLines = 300;
export const maxFunctionLines = 70;

/** Files or functions (`file:function`) over a limit, each with the reason why that is better than splitting it. */
export const oversize: Readonly<Record<string, string>> = {};

/** Default exports that somebody else's program asks for. */
export const defaultExports: Readonly<Record<string, string>> = {
  'test/vitest.config.ts': 'vitest reads its configuration from there',
  'engine/database/sql-text.d.ts': 'bundlers hand a text file over in this way',
};

/** Everything that may lie in the repository's root. */
export const topLevel: readonly string[] = [
  ...['launcher', 'engine', 'providers', 'schemas', 'examples', 'test', 'docs'],
  ...['m3forge.yaml', 'package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'knip.json'],
  ...['README.md', 'LICENSE', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['.ci', '.git', '.gitattributes', '.gitignore', '.npmrc'],
  // Made by npm, the build and the program; never committed.
  ...['node_modules', 'dist', 'coverage', '.m3forge', '.m3forge-backups'],
];
