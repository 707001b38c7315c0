import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFiles, guardText, readTextFile } from '../../engine/documents/index.ts';

/** Part of every POSIX system; Node itself cannot make a pipe with a name. */
const pipeMaker = 'mkfifo';

let root = '';
const inRoot = (path: string) => join(root, path);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'm3forge-documents-'));
  mkdirSync(inRoot('tree/sub/.git'), { recursive: true });
  mkdirSync(inRoot('tree/node_modules'));
  writeFileSync(inRoot('outside.txt'), 'top secret');
  writeFileSync(inRoot('tree/plain.txt'), 'hello');
  writeFileSync(inRoot('tree/sub/b.json'), '{}');
  writeFileSync(inRoot('tree/sub/A.json'), '{}');
  writeFileSync(inRoot('tree/sub/.git/c.json'), '{}');
  writeFileSync(inRoot('tree/node_modules/d.json'), '{}');
  symlinkSync(inRoot('outside.txt'), inRoot('tree/link.txt'));
  symlinkSync(inRoot('tree/sub'), inRoot('tree/linked'));
  symlinkSync('nowhere', inRoot('tree/dangling'));
  symlinkSync('loop', inRoot('tree/loop'));
  execFileSync(pipeMaker, [inRoot('tree/pipe')]);
  writeFileSync(inRoot('tree/huge'), '');
  truncateSync(inRoot('tree/huge'), 1024 ** 3);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const codesOf = async (path: string): Promise<readonly string[]> => {
  const outcome = await readTextFile(inRoot('tree'), path, { maxBytes: 1000 });
  expect(JSON.stringify(outcome.diagnostics)).not.toContain('top secret');
  return outcome.diagnostics.map(({ code }) => code);
};

test('an ordinary file below the root is read', async () => {
  const outcome = await readTextFile(inRoot('tree'), './plain.txt', { maxBytes: 5, filename: 'shown/plain.txt' });
  expect(outcome).toEqual({ ok: true, value: { filename: 'shown/plain.txt', text: 'hello' }, diagnostics: [] });
});

test.each([
  ['../outside.txt', 'file-outside-tree'],
  ['sub/../../outside.txt', 'file-outside-tree'],
  ['/etc/hostname', 'file-outside-tree'],
  ['C:\\secrets', 'file-outside-tree'],
  ['', 'file-outside-tree'],
  ['link.txt', 'file-is-symlink'],
  ['linked/b.json', 'file-is-symlink'],
  ['sub', 'file-not-regular'],
  ['pipe', 'file-not-regular'],
  ['huge', 'file-too-large'],
  ['missing.txt', 'file-missing'],
  ['plain.txt/below', 'file-missing'],
])('%j is refused as %s', async (path, code) => {
  expect(await codesOf(path)).toEqual([code]);
});

test.each([
  ['dangling', 'dangling is a symbolic link to what does not exist.'],
  ['loop', 'loop is a symbolic link that leads back to itself.'],
  ['link.txt', 'link.txt is a symbolic link.'],
])('%s: it is said what it is and what to do', async (path, detail) => {
  const { diagnostics } = await readTextFile(inRoot('tree'), path, { maxBytes: 1000 });
  expect(diagnostics).toMatchObject([
    { code: 'file-is-symlink', detail, hint: expect.stringContaining('file itself') },
  ]);
});

test('a device is refused without being opened', async () => {
  const outcome = await readTextFile('/dev', 'zero', { maxBytes: 1000 });
  expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['file-not-regular']);
});

test('a file that cannot be read says so', async () => {
  // A name too long for any file system fails for root too, unlike a file without permissions.
  const long = 'x'.repeat(5000);
  expect(await codesOf(long)).toEqual(['file-unreadable']);
  const { diagnostics } = await readTextFile(inRoot('tree'), long, { maxBytes: 1, filename: 'long' });
  expect(diagnostics[0]?.detail).toBe('long cannot be read: its name is too long.');
  chmodSync(inRoot('tree/plain.txt'), 0o644);
});

test('files are found in byte order, never through links, never in .git or node_modules', async () => {
  const find = (...globs: readonly string[]) => findFiles(inRoot('tree'), globs);
  expect(await find('**/*.json')).toEqual({ files: ['sub/A.json', 'sub/b.json'], unsupported: [] });
  expect((await find('sub/*.json', 'plain.txt')).files).toEqual(['plain.txt', 'sub/A.json', 'sub/b.json']);
  expect((await find('nowhere/*.json')).files).toEqual([]);
});

test('what matches and is no file is told apart', async () => {
  const { files, unsupported } = await findFiles(inRoot('tree'), ['{link,plain}.txt', 'pipe', 'sub']);
  expect(files).toEqual(['plain.txt']);
  expect(unsupported).toMatchObject([
    {
      code: 'source-entry-unsupported',
      detail: '"link.txt" is a symbolic link, not a file.',
      range: { filename: 'link.txt' },
    },
    { code: 'source-entry-unsupported', detail: '"pipe" is a device, pipe or socket, not a file.' },
  ]);
});

test('a directory that is not there is a refusal with a code', async () => {
  await expect(findFiles(inRoot('nowhere'), ['**'])).rejects.toThrow(/^file-unreadable:/);
});

const guard = (...bytes: readonly number[]) => guardText(Uint8Array.from(bytes), 'f.txt', { maxBytes: 8 });

test('the position of a byte that is not UTF-8 is that of its line and column', () => {
  const text = Buffer.concat([Buffer.from('\ufeffé\n\u{1f600}é'), Buffer.of(0xff)]);
  expect(guardText(text, 'f.txt', { maxBytes: 100 }).diagnostics).toMatchObject([
    { code: 'text-not-utf8', range: { start: { line: 2, column: 3, byte: 9 } } },
  ]);
});

test('bytes become text only where they are UTF-8', () => {
  expect(guard(0xef, 0xbb, 0xbf, 0x61)).toMatchObject({ ok: true, value: { text: 'a' } });
  expect(guard(0xff, 0xfe, 0x61, 0)).toMatchObject({ ok: false, diagnostics: [{ code: 'text-not-utf8' }] });
  expect(guard(0x61, 0xc0, 0x80).diagnostics[0]?.detail).toContain('offset 1');
  expect(guard(0xef, 0xbf, 0xbd, 0x61, 0xed, 0xa0, 0x80).diagnostics[0]?.detail).toContain('offset 4');
  expect(guard(0x61, 0).diagnostics).toMatchObject([
    { code: 'text-control-character', range: { start: { column: 2 } } },
  ]);
  expect(guard(1, 2, 3, 4, 5, 6, 7, 8, 9).diagnostics).toMatchObject([{ code: 'file-too-large' }]);
});
