import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../engine/values/index.ts';
import { loaded } from './project.ts';

const lines = {
  head: ['version: 1', 'project: x'],
  environments: [
    '  dev: { type: development, display_name: Dev, description: old }',
    '  staging: { type: staging, database: { schema: live } }',
  ],
  targets: [
    '  t: { environment: dev, version: ^1.0, deployment: { max_deletes: 3, on_failure: keep }, smoke_tests: [{ name: a, run: x }] }',
    '  u: { environment: staging, version: latest }',
  ],
  source: ['source: { version_pattern: "v*" }'],
  backups: ['backups: { retention: { keep_last: 5 } }'],
};

type Part = keyof typeof lines;
const write = (parts: readonly Part[] = ['head', 'environments', 'targets', 'source', 'backups']) =>
  parts
    .flatMap((part) => (part === 'environments' || part === 'targets' ? [`${part}:`, ...lines[part]] : lines[part]))
    .join('\n');

const digestFor = async (text: string): Promise<string> => {
  const target = (await loaded(text)).targets.get('t');
  if (!target) throw new Error('no target t');
  return digestOf(target.slice);
};

test.each([
  ['another target', 'version: latest', 'version: v2.0.0'],
  ['another environment', 'schema: live', 'schema: lively'],
  ['names for people', 'display_name: Dev', 'display_name: Development'],
  ['a description', 'description: old', 'description: new'],
  ['how long backups are kept', 'keep_last: 5', 'keep_last: 6'],
  ['a default written out', 'environment: dev,', 'environment: dev, enabled: true,'],
  ['another spelling', 'type: development,', 'type: development, schema: dev,'],
  ['the project', 'project: x', 'project: y'],
])('an edit of %s is nothing to the target', async (_what, before, after) => {
  expect(write()).toContain(before);
  expect(await digestFor(write().replace(before, after))).toBe(await digestFor(write()));
});

test.each([
  ['its version', 'version: ^1.0', 'version: ^1.1'],
  ['its deployment', 'max_deletes: 3', 'max_deletes: 4'],
  ['what happens on failure', 'on_failure: keep', 'on_failure: rollback'],
  ['a smoke test', 'run: x', 'run: y'],
  ['a gate', 'environment: dev,', 'environment: dev, gates: { validation: { enabled: false } },'],
  ['its place', 'type: development,', 'type: development, schema: other,'],
  ['the kind of its environment', 'type: development,', 'type: staging,'],
  ['where versions come from', 'version_pattern: "v*"', 'version_pattern: "r*"'],
])('an edit of %s is something to the target', async (_what, before, after) => {
  expect(write()).toContain(before);
  expect(await digestFor(write().replace(before, after))).not.toBe(await digestFor(write()));
});

test('the digest depends neither on the order of keys nor on comments', async () => {
  const expected = await digestFor(write());
  const order = fc.shuffledSubarray(['head', 'environments', 'targets', 'source', 'backups'] as const, {
    minLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(order, fc.stringMatching(/^[ -~]{0,20}$/), async (parts, comment) => {
      expect(await digestFor(write(parts).replaceAll('\n', () => ` # ${comment}\n`))).toBe(expected);
    }),
    { numRuns: 30 },
  );
});

test('a slice keeps expressions unresolved and shows no password', async () => {
  const { targets } = await loaded(`version: 1
project: x
state: { database: "\${STATE}" }
environments: { p: { type: production, database: "postgresql://u:hunter2@\${env.HOST}/x" } }
targets: { t: { environment: p, version: latest } }
`);
  const text = JSON.stringify(targets.get('t')?.slice);
  expect(text).toContain(`postgresql://u:***@\${env.HOST}/x`);
  expect(text).not.toContain('hunter2');
});
