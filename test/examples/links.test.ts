import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './project.ts';

const markdownIn = (folder: string): readonly string[] =>
  readdirSync(join(repositoryRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const documents = ['.', 'docs', 'docs/reference', 'examples', 'engine/decisions'].flatMap(markdownIn).sort();

const read = (document: string): string => readFileSync(join(repositoryRoot, document), 'utf8');

/** The anchors that a page on a forge gives to its headings. */
const anchorsOf = (document: string): readonly string[] =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What is wrong with a link, or undefined. Links to other sites are not followed. */
const faultOf = (document: string, link: string): string | undefined => {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(repositoryRoot, target))) return `${document}: there is no ${target}`;
  return anchor === undefined || anchorsOf(target).includes(anchor) ? undefined : `${document}: no heading #${anchor}`;
};

test('every link of the documentation leads somewhere', () => {
  const faults = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => faultOf(document, link) ?? []),
  );
  expect(faults).toEqual([]);
});

test('every decision is in the index of the first one', () => {
  const index = read('engine/decisions/0001-record-decisions.md');
  const missing = markdownIn('engine/decisions').filter((file) => {
    const name = file.split('/').at(-1) ?? '';
    return !name.startsWith('0001-') && !index.includes(`(${name})`);
  });
  expect(missing).toEqual([]);
});
