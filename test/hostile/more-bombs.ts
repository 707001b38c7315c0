import { type Bomb, filled, numbered } from './yaml-bombs.ts';

const json = (name: string, verdict: string, text: Bomb['text']): Bomb => ({ name, parser: 'json', verdict, text });

export const jsonBombs: readonly Bomb[] = [
  json('lists that do not close', 'document-too-deep', (n) => filled('[', n)),
  json('lists that close', 'document-too-deep', (n) => filled('[', n / 2) + filled(']', n / 2)),
  json('objects', 'document-too-deep', (n) => filled('{"a":', n + 2000)),
  json('two hundred levels, again and again', 'value', (n) => {
    const deep = '['.repeat(200) + ']'.repeat(200);
    return `[${filled(`${deep},`, n)}${deep}]`;
  }),
  json('many keys', 'value', (n) => `{${numbered(n, (i) => `"key${i}":1`, ',')}}`),
  json('one key, again and again', 'document-duplicate-key', (n) => `{${filled('"a":1,', n)}"a":1}`),
  json('one key, spelled in two ways', 'document-duplicate-key', (n) => `{${filled('"a":1,"\\u0061":1,', n)}"b":1}`),
  json('keys that prototypes have', 'document-forbidden-key', (n) => `[${filled('{"__proto__":{"a":1}},', n)}1]`),
  json('a long text', 'value', (n) => `["${filled('x', n)}"]`),
  json('a text of backslashes that never closes', 'json-syntax', (n) => `["${filled('\\', n)}`),
  json('a text of quotes that never closes', 'json-syntax', (n) => `["${filled('\\"', n)}`),
  json('halves of surrogate pairs', 'document-bad-string', (n) => `[${filled('"\\ud800",', n)}1]`),
  json('a number of many digits', 'document-inexact-number', (n) => `[${filled('9', n)}]`),
  json('numbers beyond all bounds', 'document-inexact-number', (n) => `[${filled('1e999,', n)}1]`),
  json('minus signs', 'json-syntax', (n) => `[${filled('-', n)}]`),
  json('commas', 'json-syntax', (n) => `[${filled(',', n)}]`),
  json('spaces', 'document-empty', (n) => filled(' ', n)),
  json('words with dashes before an error', 'json-syntax', (n) => `{"a": "${filled('x-', n)}" }]`),
];

const configuration = (name: string, verdict: string, text: Bomb['text']): Bomb => ({
  name,
  parser: 'configuration',
  verdict,
  text: (bytes) => `version: 1\nproject: x\n${text(bytes)}`,
});

const oneEnvironment = 'environments: { e: { type: development } }\ntargets:\n';

/** Configurations whose syntax is in order: what judges them, and suggests better words, must not take long either. */
export const configurationBombs: readonly Bomb[] = [
  configuration('unknown keys', 'schema-unknown-key', (n) => numbered(n, (i) => `key${i}: 1`)),
  configuration('names that are none', 'config-invalid-name', (n) => {
    return `environments:\n${numbered(n, (i) => `  E${i}: { type: development }`)}`;
  }),
  configuration('environments of no type', 'schema-missing-key', (n) => {
    return `environments:\n${numbered(n, (i) => `  e${i}: {}`)}`;
  }),
  configuration('targets of environments that are nearly there', 'config-unknown-environment', (n) => {
    const known = numbered(n / 2, (i) => `  environment${i}: { type: development }`);
    const wanted = numbered(n / 2, (i) => `  t${i}: { environment: environmemt${i}, version: latest }`);
    return `environments:\n${known}\ntargets:\n${wanted}`;
  }),
  configuration('targets that follow one another without end', 'config-unknown-target', (n) => {
    return `${oneEnvironment}${numbered(n, (i) => `  t${i}: { environment: e, version: { from: t${i + 1} } }`)}`;
  }),
  configuration('targets that follow one another in a circle', 'config-from-cycle', (n) => {
    const others = numbered(n, (i) => `  t${i}: { environment: e, version: { from: t${i + 1} } }`);
    return `${oneEnvironment}${others}\n  t${others.split('\n').length}: { environment: e, version: { from: t0 } }`;
  }),
  configuration('smoke tests of one name', 'config-smoke-test', (n) => {
    const target = `${oneEnvironment}  t:\n    environment: e\n    version: latest\n    smoke_tests:\n`;
    return `${target}${numbered(n, () => '      - { name: a, run: x }')}`;
  }),
  configuration('included files that do not exist', 'file-missing', (n) => {
    return `include:\n${numbered(n, (i) => `  - f${i}.yaml`)}`;
  }),
  configuration('the same file included again and again', 'schema-wrong-type', (n) => {
    return `include:\n${numbered(Math.min(n / 4, 9000), () => '  - included.yaml')}`;
  }),
  configuration('globs that leave the tree', 'config-invalid-path', (n) => {
    return `source:\n  workflows:\n${numbered(n, (i) => `    - ../x${i}`)}`;
  }),
  configuration('a glob of a great many wildcards', 'config-invalid-path', (n) => {
    return `source: { workflows: ["${filled('*a', n)}"] }`;
  }),
  configuration('a glob that repeats what is repeated', 'config-invalid-path', (n) => {
    return `source: { version_pattern: "${filled('+(a+)', n)}" }`;
  }),
  configuration('a glob of a great many alternatives', 'value', (n) => {
    return `source: { workflows: ["${filled('{a,b}', Math.min(n, 3000))}"] }`;
  }),
];
