import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Invocation } from '../../engine/cli/invocation.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { adviceOnSystemCode, systemWords } from '../../engine/cli/views/system-words.ts';
import { type OutputKind, writeOutputFile } from '../../engine/cli/write-file.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { documentOf, staging } from './sample-plan.ts';

// A constant, because knip takes a literal for a program that package.json should list.
const pipeMaker = 'mkfifo';

const plan = `${jsonText(documentOf([staging]))}\n`;
const markdown = '## Plan: 1 to add\n';

/** Writes into a directory of its own; answers with what was refused, or nothing. */
const createPlace = () => {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  const invocation = {
    context: { system: testSystem() },
    output: { redact: (text: string) => text },
    pathOf: at,
  } as unknown as Invocation;
  const write = async (name: string, kind: OutputKind = 'plan', text = plan): Promise<string> => {
    try {
      await writeOutputFile(invocation, name, kind, text);
      return '';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.diagnostics.map(({ code, detail, hint }) => `${code}: ${detail} ${hint}`).join('\n');
    }
  };
  return { at, write, names: () => readdirSync(directory).sort() };
};

test('a free name, an empty file and an older file of its kind are written', async () => {
  const { at, write, names } = createPlace();
  writeFileSync(at('empty'), '');
  expect([await write('new'), await write('empty'), await write('new')]).toEqual(['', '', '']);
  expect(await write('new.md', 'markdown', markdown)).toBe('');
  expect(await write('new.md', 'markdown', '## No changes\n')).toBe('');
  expect(await write('new.md', 'markdown', markdown)).toBe('');
  expect(['new', 'empty', 'new.md'].map((name) => readFileSync(at(name), 'utf8'))).toEqual([plan, plan, markdown]);
  expect(names()).toEqual(['empty', 'new', 'new.md']);
});

test('what is something else is never replaced', async () => {
  const { at, write, names } = createPlace();
  const other = 'version: 1\nproject: trial\n';
  writeFileSync(at('m3forge.yaml'), other);
  writeFileSync(at('failure.json'), '{\n  "format_version": "1.0",\n  "diagnostics": []\n}\n');
  for (const kind of ['plan', 'markdown'] as const) {
    expect(await write('m3forge.yaml', kind)).toMatch(
      /^output-unwritable: m3forge.yaml cannot be written: it is there already and no .*\. Choose another name\.$/,
    );
    expect(await write('failure.json', kind)).toMatch(/^output-unwritable/);
  }
  expect(readFileSync(at('m3forge.yaml'), 'utf8')).toBe(other);
  expect(names()).toEqual(['failure.json', 'm3forge.yaml']);
});

test('a link is followed to a plan, and refused where it leads nowhere or to something else', async () => {
  const { at, write } = createPlace();
  writeFileSync(at('real'), plan.slice(0, 100));
  symlinkSync('real', at('link'));
  expect(await write('link')).toBe('');
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('real'), 'utf8')).toBe(plan);
  writeFileSync(at('real'), 'something else');
  expect(await write('link')).toContain('so it is not replaced');
  rmSync(at('real'));
  expect(await write('link')).toContain('it is a symbolic link that leads nowhere');
  symlinkSync('circle', at('circle'));
  expect(await write('circle')).toContain('its symbolic links lead in a circle (ELOOP)');
});

test('a directory is refused, and so is a missing one', async () => {
  const { at, write, names } = createPlace();
  mkdirSync(at('folder'));
  expect(await write('folder')).toBe(
    'output-unwritable: folder cannot be written: it is a directory. Name a file in it.',
  );
  expect(await write('missing/plan.json')).toBe(
    'output-unwritable: missing/plan.json cannot be written: its directory does not exist (ENOENT). Make the directory first, or choose another name.',
  );
  expect(names()).toEqual(['folder']);
});

test('a pipe is written straight through, and stays one', async () => {
  const { at, write } = createPlace();
  execFileSync(pipeMaker, [at('pipe')]);
  const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'inherit'] });
  let received = '';
  reader.stdout.on('data', (chunk) => {
    received += String(chunk);
  });
  const closed = once(reader, 'close');
  expect(await write('pipe')).toBe('');
  await closed;
  expect(received).toBe(plan);
  expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
});

test('a socket that cannot be opened like a file is not replaced by one', async () => {
  const { at, write } = createPlace();
  const server = createServer();
  server.listen(at('socket'));
  await once(server, 'listening');
  expect(await write('socket')).toContain('output-unwritable: socket cannot be written: nobody reads there (ENXIO)');
  expect(lstatSync(at('socket')).isSocket()).toBe(true);
  server.close();
  await once(server, 'close');
});

test('what the system refuses is said in words, with something to do', () => {
  expect(['ENOENT', 'EACCES', 'EISDIR', 'ENOSPC', 'EIO'].map(systemWords)).toEqual([
    'its directory does not exist (ENOENT)',
    'permission is denied (EACCES)',
    'it is a directory (EISDIR)',
    'there is no space left (ENOSPC)',
    'the system says EIO',
  ]);
  expect(['EACCES', 'EIO'].map(adviceOnSystemCode)).toEqual([
    'Choose a directory in which you may write.',
    'Choose another name.',
  ]);
});
