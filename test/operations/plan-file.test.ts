import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showPlan } from '../../engine/operations/index.ts';
import { integrityOf } from '../../engine/plan/index.ts';
import { documentOf } from '../cli/sample-plan.ts';
import { temporaryDirectory } from '../support/servers.ts';

// A constant, because knip takes a literal for a program that package.json should list.
const pipeMaker = 'mkfifo';

const directory = temporaryDirectory();

const said = async (path: string): Promise<string> =>
  (await showPlan(path)).diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n');

const written = (name: string, content: string | Uint8Array): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

const { integrity: _, ...document } = documentOf([]);
const sealed = { ...document, integrity: integrityOf(document) };
const plan = `${JSON.stringify(sealed, null, 2)}\n`;

test('a plan is read as it was saved, through a symbolic link too', async () => {
  const path = written('plan.json', plan);
  const link = join(directory, 'link.json');
  symlinkSync(path, link);
  expect(await said(path)).toBe('');
  expect(await showPlan(link)).toMatchObject({ ok: true, value: sealed });
});

test('what is no regular file is refused at once: nobody writes to the pipe', async () => {
  const pipe = join(directory, 'pipe');
  execFileSync(pipeMaker, [pipe]);
  mkdirSync(join(directory, 'folder'));
  expect(await said(pipe)).toBe(`plan-file-unreadable: ${pipe} cannot be read: it is a device, pipe or socket.`);
  expect(await said(join(directory, 'folder'))).toMatch(/^plan-file-unreadable: .*: it is a directory\.$/);
  expect(await said(join(directory, 'gone'))).toMatch(/^plan-file-unreadable: .*: there is no such file \(ENOENT\)\.$/);
});

test('what is larger than any plan is refused without being read', async () => {
  const path = written('large.json', '{');
  truncateSync(path, 300 * 1024 * 1024);
  expect(await said(path)).toMatch(
    /^plan-file-unreadable: .* it has 314572800 bytes, and a plan has at most 268435456\./,
  );
});

test.each([
  ['nothing', ''],
  ['a text', 'Dear reader,\n'],
  ['YAML', 'version: 1\nproject: trial\n'],
  ['a list', '[]'],
  ['an object', '{}'],
  ['a failure with --json', '{ "format_version": "1.0", "diagnostics": [] }'],
  ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0x00)],
])('%s never was a plan', async (_, content) => {
  const outcome = await showPlan(written('other', content));
  expect(outcome.diagnostics.map(({ code, summary }) => [code, summary])).toEqual([
    ['plan-not-a-plan', 'This is no saved plan'],
  ]);
});

test.each([
  ['was cut short', plan.slice(0, 60)],
  ['was cut within a character', Buffer.from(plan.replace('6f1c', 'ü')).subarray(0, 43)],
  ['has a word changed', plan.replace('6f1c', '6f1d')],
])('a plan that %s was changed after it was saved', async (_, content) => {
  const outcome = await showPlan(written('changed.json', content));
  expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['plan-tampered']);
});
