import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeCommands, flagTitle } from '../../engine/cli/index.ts';
import { diagnosticCodes } from '../../engine/diagnostics/index.ts';
import { checkSchema, parseJson } from '../../engine/documents/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';
import { load } from '../config/project.ts';
import { valueIn } from '../support/project.ts';
import { repositoryRoot } from './project.ts';

// That these files are what the sources say is checked by "npm run generate -- --check", a part of "npm run check".

const read = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');
const schema = JSON.parse(read('schemas/m3forge.schema.json'));

/** The cells of each row under a heading of the first column. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

test('every command is there with each of its flags and examples', async () => {
  const page = read('docs/reference/commands.md');
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n')[0], section]));
  for (const { path, flags, examples } of await describeCommands()) {
    const section = sections.get(`\`m3forge ${path}\``) ?? '';
    const all = section + (sections.get('Flags of every command') ?? '');
    for (const flag of flags) expect(all).toContain(`| \`${flagTitle(flag).replaceAll('|', '\\|')}\` | `);
    for (const [, line] of examples) expect(section).toContain(`\n    ${line}\n`);
  }
});

test('every diagnostic is there with its severity, its meaning, its exit code and what to do', () => {
  const rows = rowsOf(read('docs/reference/diagnostics.md'));
  expect(rows.map(([, code]) => code?.replaceAll('`', ''))).toEqual(Object.keys(diagnosticCodes).sort());
  for (const [, code, severity, exit, meaning, remedy] of rows) {
    expect(severity, code).toMatch(/^(error|warning|error or warning)$/);
    expect(exit === '', code).toBe(severity === 'warning');
    expect(meaning?.length, code).toBeGreaterThan(5);
    expect(remedy?.length, code).toBeGreaterThan(5);
  }
});

test('every key of the file and of what is available in it is there, each with what it is for', () => {
  const page = read('docs/reference/configuration.md');
  const looked = new Set<string>();
  const look = (name: string, properties: Readonly<Record<string, JsonObject>> = {}): void => {
    if (looked.has(name)) return;
    looked.add(name);
    for (const [key, part] of Object.entries(properties)) {
      if (part.unavailable === true) continue;
      expect(page, `${name}.${key}`).toContain(`| \`${key}\` | `);
      expect(part.description, `${name}.${key}`).toBeTruthy();
      for (const [, used = ''] of JSON.stringify(part).matchAll(/"#\/\$defs\/(\w+)"/g)) lookAt(used);
    }
  };
  const lookAt = (name: string): void => {
    const definition = schema.$defs[name];
    look(name, definition.properties);
    if (definition.properties) return;
    for (const [, used = ''] of JSON.stringify(definition).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      if (!looked.has(used)) lookAt(used);
    }
  };
  look('the file', schema.properties);
  expect(looked.size).toBeGreaterThan(20);
});

describe('providers', () => {
  const names = readdirSync(join(repositoryRoot, 'providers')).sort();
  const schemaOf = (name: string): JsonObject => JSON.parse(read(`schemas/providers/${name}.schema.json`));

  test('each has a section and a schema', () => {
    const page = read('docs/reference/providers.md');
    expect([...page.matchAll(/^## `(.*)`$/gm)].map(([, name]) => name)).toEqual(names);
    for (const name of names) expect(schemaOf(name)).toMatchObject({ type: 'object', additionalProperties: false });
  });

  test('what a configuration says to a check is allowed by the schema of its provider, and nothing else', async () => {
    const config = valueIn(
      await load(`version: 1
project: x
environments: { dev: { type: development } }
targets:
  dev:
    environment: dev
    version: latest
    smoke_tests:
      - { name: a, run: "true", timeout_seconds: 5 }
      - { name: b, http: { url: "http://127.0.0.1/", expect_status: 204, expect_json: { ok: true } } }
`),
    );
    expect(config.targets.get('dev')?.smokeTests).toHaveLength(2);
    const problems = async (name: string, options: object) =>
      (
        await checkSchema(schemaOf(name), valueIn(parseJson({ filename: 'options', text: JSON.stringify(options) })))
      ).map(({ code }) => code);
    expect(await problems('command', { run: 'true', timeout_seconds: 5 })).toEqual([]);
    expect(await problems('http', { url: 'http://127.0.0.1/', expect_status: 204, expect_json: { ok: true } })).toEqual(
      [],
    );
    expect(await problems('http', { url: 1, expect: 2 })).toEqual(['schema-unknown-key', 'schema-wrong-type']);
  });
});
