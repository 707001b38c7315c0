import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configurationAround, objectsIn, ownBlocks } from './product-shapes.ts';
import { load } from './project.ts';

const reference = join(import.meta.dirname, '../../../shared/reference');
const isThere = existsSync(reference);

/** What may be said of a part of a configuration: that it is for later, or something about what is around it. */
const said = new Set([
  ...['config-not-available', 'config-literal-password', 'config-state-on-laptop'],
  ...['config-unknown-environment', 'config-unknown-target', 'config-tls-unverified', 'config-team'],
  'config-role-idle',
]);

/** The codes of what is said about a block beyond that: unknown keys, wrong types, and the like. */
const complaintsAbout = async (block: Parameters<typeof configurationAround>[0]): Promise<readonly string[]> => {
  const around = configurationAround(block);
  if (!around) return [];
  const { diagnostics } = await load(JSON.stringify(around));
  return diagnostics.filter(({ code }) => !said.has(code)).map(({ code, detail }) => `${code}: ${detail}`);
};

test.each(ownBlocks.map((block) => [JSON.stringify(block), block] as const))(
  'the shape %s is accepted, or known and not available yet',
  async (_text, block) => {
    expect(await complaintsAbout(block)).toEqual([]);
  },
);

test('a misspelt key in one of these shapes is unknown', async () => {
  expect(await complaintsAbout({ name: 'North', environment: 'production', regoin: 'x', enabled: true })).toEqual([
    'schema-unknown-key: There is no key `regoin` in `targets.north`.',
  ]);
});

test.skipIf(!isThere)('so is every block of the product documents (skipped without ../shared)', async () => {
  const files = readdirSync(reference).filter((name) => name.endsWith('.md'));
  const blocks = files.flatMap((name) => objectsIn(readFileSync(join(reference, name), 'utf8')));
  const judged = blocks.filter((block) => configurationAround(block));
  expect(judged.length).toBeGreaterThan(15);
  expect(blocks.length - judged.length).toBeLessThan(4);
  for (const block of judged) expect([block, await complaintsAbout(block)]).toEqual([block, []]);
});
