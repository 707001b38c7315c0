import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkSchema, parseYaml } from '../../engine/documents/index.ts';
import schema from '../../schemas/m3forge.schema.json' with { type: 'json' };
import { acceptsPlugin } from '../build/accepts.ts';
import { readCorpus } from '../hostile/corpus.ts';
import { chanceOf, mutate } from '../hostile/mutations.ts';
import { originals } from '../hostile/originals.ts';

/** The build answers "does it fit?" with a function of its own, which must never say yes where the schema says no. */
const root = join(import.meta.dirname, '../..');
let accepts: (value: unknown) => boolean;
let directory: string;

beforeAll(async () => {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  directory = mkdtempSync(join(root, 'node_modules/.cache/accepts-'));
  const build = await rolldown({
    input: join(root, 'schemas/m3forge-accepts.ts'),
    platform: 'node',
    plugins: [acceptsPlugin],
  });
  await build.write({ file: join(directory, 'accepts.mjs'), format: 'esm' });
  await build.close();
  ({ accepts } = await import(/* @vite-ignore */ join(directory, 'accepts.mjs')));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('it accepts exactly what the schema accepts', async () => {
  const corpus = readCorpus().configuration;
  const changed = Array.from({ length: 400 }, (_, seed) => mutate('configuration', chanceOf(seed)));
  const verdicts = { accepted: 0, refused: 0 };
  for (const text of [...originals.configuration, ...corpus, ...changed]) {
    const document = await parseYaml({ text, filename: 'm3forge.yaml' });
    if (!document.ok) continue;
    const fits = (await checkSchema(schema, document.value)).length === 0;
    expect(accepts(document.value.value), text).toBe(fits);
    verdicts[fits ? 'accepted' : 'refused'] += 1;
  }
  expect(verdicts.accepted).toBeGreaterThan(20);
  expect(verdicts.refused).toBeGreaterThan(20);
});
