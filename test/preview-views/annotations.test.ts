import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotationLine, annotationsOf, annotationsOfPreview } from '../../engine/cli/views/annotations.ts';
import { problem, warning } from '../../engine/diagnostics/index.ts';
import { run } from '../cli/run.ts';
import { temporaryDirectory } from '../support/servers.ts';

const same = (text: string): string => text;
const at = (filename: string) => ({
  filename,
  start: { line: 3, column: 7, byte: 40 },
  end: { line: 3, column: 9, byte: 42 },
});

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
