import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { type OpenFile, openInEditor } from './language-server.ts';

describe('the YAML language server, in a project that "m3forge init" made', () => {
  let file: OpenFile;
  let written: string;
  beforeAll(async () => {
    const directory = temporaryDirectory();
    const { exitCode } = await run(['init'], { cwd: directory, env: { PATH: process.env.PATH ?? '' } });
    expect(exitCode).toBe(0);
    written = readFileSync(join(directory, 'm3forge.yaml'), 'utf8');
    file = await openInEditor(directory, 'm3forge.yaml');
  });
  afterAll(() => file.close());

  const head = '# yaml-language-server: $schema=./m3forge.schema.json\nversion: 1\nproject: x\n';

  test('has nothing to say about it', async () => {
    expect(await file.marks(written)).toEqual([]);
  });

  test('marks what is wrong: a key, a type, a word, what is missing, and what is not available yet', async () => {
    const marks = await file.marks(
      `${head}enviroments: {}\nbackups:\n  retention: { keep_last: many }\ntargets:\n  a: { environment: e, version: latest, type: autodeploy }\n  b: { environment: e }\nstate: { encryption_key: x }\n`,
    );
    const said = marks.map(({ line, message }) => `${line}: ${message}`).join('\n');
    expect(said).toMatch(/^4: .*enviroments/m);
    expect(said).toMatch(/^6: .*number/m);
    expect(said).toMatch(/^8: .*auto_deploy/m);
    expect(said).toMatch(/^9: .*version/m);
    expect(said).toMatch(/^10: .*not available yet/m);
  });

  test('proposes keys, but none that are not available yet', async () => {
    const keys = await file.proposals(`${head}|`);
    expect(keys).toEqual(expect.arrayContaining(['environments', 'targets', 'backups', 'include']));
    expect(keys).toContain('source_control');
    expect(await file.proposals(`${head}state:\n  |`)).not.toContain('encryption_key');
    const inside = await file.proposals(`${head}targets:\n  a:\n    environment: e\n    version: latest\n    |`);
    expect(inside).toEqual(expect.arrayContaining(['deployment', 'smoke_tests', 'gates', 'enabled']));
    expect(inside).not.toContain('strategy');
  });

  test('proposes values', async () => {
    const types = await file.proposals(`${head}environments:\n  e:\n    type: |`);
    expect(types).toEqual(expect.arrayContaining(['development', 'staging', 'production']));
    const failures = await file.proposals(`${head}targets:\n  a:\n    deployment:\n      on_failure: |`);
    expect(failures).toEqual(expect.arrayContaining(['rollback', 'keep']));
  });

  test('explains a key, with its default and what may stand there', async () => {
    const backups = await file.hover(`${head}backups:\n  retention:\n    keep|_last: 5\n`);
    expect(backups).toContain('So many of the newest stay.');
    expect(backups).toContain('Default: `10`');
    const version = await file.hover(`${head}targets:\n  a:\n    ver|sion: latest\n`);
    expect(version).toContain('An exact version, a semver range');
    expect(version).toContain('v1.3.0');
    expect(await file.hover(`${head}state:\n  encryption_|key: x\n`)).toContain('not available yet');
  });

  test('formats as "m3forge fmt" does', async () => {
    const text = `${head}source:   {repository: '.'}   # here\n\n\n\nbackups:\n    path: x\n`;
    expect(await file.formatted(text)).toBe(`${head}source: { repository: "." } # here\n\nbackups:\n  path: x\n`);
  });
});
