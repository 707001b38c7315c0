import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codes } from '../config/project.ts';
import { blocksOf } from './documentation.ts';
import { repositoryRoot } from './project.ts';

/** Parts of a configuration that a document shows without the rest; what has a title is a file that other tests use. */
const parts = readdirSync(join(repositoryRoot, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => blocksOf(`docs/${name}`).map((block) => ({ ...block, document: `docs/${name}` })))
  .filter(({ language, title }) => language === 'yaml' && title === undefined);

const around = `version: 1
project: x
environments: { development: { type: development } }
targets: { development: { environment: development, version: latest } }
`;

test.each(parts.map(({ document, text }) => [document, text] as const))(
  'a part of a configuration in %s is accepted as it stands',
  async (_document, text) => {
    expect(await codes(`${around}${text}`)).toEqual([]);
  },
);

test('there are such parts', () => {
  expect(parts.map(({ document }) => document)).toContain('docs/operations.md');
});
