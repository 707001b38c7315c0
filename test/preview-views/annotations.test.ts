import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../engine/cli/output.ts';
import { annotationLine, annotationsOf, annotationsOfPreview } from '../../engine/cli/views/annotations.ts';
import { problem, warning } from '../../engine/diagnostics/index.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { run } from '../cli/run.ts';
import { temporaryDirectory } from '../support/servers.ts';

const same = (text: string): string => text;
const at = (filename: string) => ({
  filename,
  start: { line: 3, column: 7, byte: 40 },
  end: { line: 3, column: 9, byte: 42 },
});

/** What is printed on a runner, both streams as one. */
const onRunner = (more: Readonly<Record<string, string>> = {}, directory?: string) => {
  const both = new PassThrough();
  const variables: Readonly<Record<string, string>> = { GITHUB_ACTIONS: 'true', ...more };
  const output = createOutput({ stdin: new PassThrough(), stdout: both, stderr: both }, createRedactor(), {
    ...{ env: (name) => variables[name], noColor: true, quiet: false, directory },
  });
  return { output, said: () => String(both.read() ?? '') };
};

test('what is about a place in a file is a command to the runner, on one line', () => {
  const lines = annotationsOf([
    problem('workflow-cycle', { detail: 'a,\r\n50%: b', hint: 'Cut it.', range: at('a,b:c%.json') }),
    warning('workflow-cycle', { detail: 'nowhere' }),
  ]).map((one) => annotationLine(one, same));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac%25\.json,line=3,col=7,title=[^:,\n]* \[workflow-cycle\]::/);
  expect(lines[0]).toMatch(/::a,\\u\{000d\}%0A50%25: b%0ACut it\.$/);
});

test('what waits is told without a place, and in a tone that fits', () => {
  const lines = annotationsOf([problem('approval-missing', { detail: 'one more', hint: 'Ask:\n\n    me' })]);
  expect(lines.map((one) => annotationLine(one, same))).toEqual([
    '::notice title=Approvals are missing [approval-missing]::one more%0AAsk:%0A%0A    me',
  ]);
});

test('problems of a preview have a line where they have one', () => {
  const said = annotationsOfPreview([
    { severity: 'warning', code: 'x', detail: 'd', path: 'a.json', line: null },
    { severity: 'error', code: 'y', detail: 'e', path: 'b.json', line: 12 },
    { severity: 'error', code: 'z', detail: 'f', path: null, line: null },
  ]).map((one) => annotationLine(one, same));
  expect(said).toEqual(['::warning file=a.json,title=x::d', '::error file=b.json,line=12,title=y::e']);
});

test('a secret is taken out before it is escaped, when it could not be found any more', () => {
  const redact = (text: string): string => text.replaceAll('50%off', '***');
  const [one] = annotationsOf([problem('workflow-cycle', { detail: 'is 50%off', range: at('50%off.json') })]);
  expect(one && annotationLine(one, redact)).toMatch(/^::error file=\*\*\*\.json,.*::is \*\*\*$/);
});

test('on a runner a command says them beside the boxes, and nowhere else', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'm3forge.yaml'), 'version: 1\nproject: x\nsurce: {}\n');
  const plain = await run(['validate'], { cwd });
  expect(plain.stderr).toBe('');
  for (const name of ['GITHUB_ACTIONS', 'GITEA_ACTIONS']) {
    const { stdout, stderr, exitCode } = await run(['validate'], { cwd, env: { [name]: 'true' } });
    expect(exitCode).toBe(plain.exitCode);
    expect(stdout).toBe(plain.stdout);
    expect(stderr).toMatch(/^::error file=m3forge\.yaml,line=3,col=1,title=[^\n]*::[^\n]*surce/);
  }
  const refused = await run(['plan'], { cwd, env: { GITHUB_ACTIONS: 'true' } });
  expect(refused.stderr).toMatch(/^╵\n(?:.*\n)*?::error file=m3forge\.yaml,line=3,col=1,/m);
});

test('whatever somebody called something gives a runner no orders', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'm3forge.yaml'), 'version: 1\nproject: x\n"##[error]x": {}\n');
  const env = { GITHUB_ACTIONS: 'true' };
  for (const args of [['validate'], ['validate', '--json'], ['plan']]) {
    const { stdout, stderr } = await run(args, { cwd, env });
    expect(stdout + stderr).not.toContain('##[');
    if (args.includes('--json')) expect(JSON.stringify(JSON.parse(stdout))).toContain('##[error]x');
  }
});

test('a file is named from the top of what the runner has checked out, where it is one there', async () => {
  const top = temporaryDirectory();
  mkdirSync(join(top, 'flows'));
  writeFileSync(join(top, 'flows/m3forge.yaml'), 'version: 1\nproject: x\nsurce: {}\n');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: top };
  for (const [args, cwd] of [
    [['validate'], join(top, 'flows')],
    [['validate', '--chdir', 'flows'], top],
  ] as const) {
    expect((await run(args, { cwd, env })).stderr).toMatch(/^::error file=flows\/m3forge\.yaml,line=3,/);
  }
  const outside = { ...env, GITHUB_WORKSPACE: temporaryDirectory() };
  expect((await run(['validate'], { cwd: join(top, 'flows'), env: outside })).stderr).toMatch(
    /^::error file=m3forge\.yaml,line=3,/,
  );
});

test('a new file of a head is named from the top too, though the base is checked out and does not have it', async () => {
  const { output, said } = onRunner({ GITHUB_WORKSPACE: '/top' }, '/top/flows');
  output.annotate(
    annotationsOfPreview([{ severity: 'error', code: 'y', detail: 'e', path: 'workflows/new.json', line: 1 }]),
  );
  expect(said()).toBe('::error file=flows/workflows/new.json,line=1,title=y::e\n');
});

test('a line of a text that begins like an order orders nothing', () => {
  const { output, said } = onRunner();
  output.result('prompt:\n      ::stop-commands::x\n::error::y\n\t##[error]z\nstd::vector, a::b');
  expect(said()).toBe(
    'prompt:\n      :\u200b:stop-commands::x\n:\u200b:error::y\n\t#\u200b#[error]z\nstd::vector, a::b\n',
  );
  const plain = onRunner({ GITHUB_ACTIONS: 'false' });
  plain.output.result('::error::y');
  expect(plain.said()).toBe('::error::y\n');
});
