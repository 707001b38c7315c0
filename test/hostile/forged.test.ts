import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseYaml } from '../../engine/documents/index.ts';
import { integrityOf, type PlanDocument } from '../../engine/plan/index.ts';
import { run } from '../cli/run.ts';
import { documentOf, staging } from '../cli/sample-plan.ts';
import { complaints, load } from '../config/project.ts';
import { temporaryDirectory } from '../support/servers.ts';

/** Texts that are nearly in order, each of which once went further than it should have. */
const directory = temporaryDirectory();

const forged = (change: (plan: Record<string, unknown>) => void): string => {
  const plan = structuredClone(documentOf([staging])) as unknown as Record<string, unknown>;
  change(plan);
  return JSON.stringify({ ...plan, integrity: integrityOf(plan as unknown as PlanDocument) });
};

test('a plan with the digest of its content and not the form of a plan is none', async () => {
  const file = join(directory, 'plan.json');
  const changes: readonly ((plan: Record<string, unknown>) => void)[] = [
    (plan) => delete plan.sections,
    (plan) => Object.assign(plan, { sections: [{}] }),
    (plan) => Object.assign(plan, { sections: [{ ...staging, from: null }] }),
    (plan) =>
      Object.assign(plan, { sections: [{ ...staging, drift: [{ ...staging.drift[0], field: '[a](http://b)' }] }] }),
    (plan) => Object.assign(plan, { created_at: 1 }),
    (plan) => Object.assign(plan, { more: true }),
  ];
  for (const change of changes) {
    writeFileSync(file, forged(change));
    const { exitCode, stderr } = await run(['show', file]);
    expect(stderr).toContain('[plan-not-a-plan]');
    expect(exitCode).toBe(1);
  }
  writeFileSync(
    file,
    forged(() => undefined),
  );
  expect((await run(['show', file])).exitCode).toBe(0);
});

test('a quote behind a backslash does not close a text, also at the end of a file', async () => {
  const last = async (text: string) => {
    const outcome = await parseYaml({ filename: 'f.yaml', text });
    return outcome.ok ? 'value' : outcome.diagnostics[0]?.code;
  };
  expect(await last('a: "\\"')).toBe('yaml-syntax');
  expect(await last('"\\\\\\"')).toBe('yaml-syntax');
  expect(await last('a: "\\\\"')).toBe('value');
  expect(await last('a: "\\""')).toBe('value');
});

test('a name with a percent sign is a name like others', async () => {
  const text = 'version: 1\nproject: x\nenvironments:\n  "100%": { type: x }\n  "%41~1/": { type: x }\n';
  const said = await complaints(text);
  expect(said.filter((line) => line.startsWith('schema-not-one-of')).map((line) => /:(\d+):/.exec(line)?.[1])).toEqual([
    '4',
    '5',
  ]);
});

test('a long list of problems ends by saying that there are more', async () => {
  const keys = Array.from({ length: 150 }, (_, index) => `key${index}: 1`).join('\n');
  const { diagnostics } = await load(`version: 1\nproject: x\n${keys}\n`);
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)?.detail).toMatch(/^There is more/);
});

test('more files than anybody writes are not included, nor more bytes', async () => {
  const include = (count: number): string => `version: 1\nproject: x\ninclude:\n${'  - more.yaml\n'.repeat(count)}`;
  const many = await complaints({ 'm3forge.yaml': include(1001), 'more.yaml': '{}\n' });
  expect(many).toEqual(['schema-invalid-value m3forge.yaml:1004:5 At most 1000 files can be included.']);
  const large = `# ${'x'.repeat(600_000)}\n{}\n`;
  const much = await complaints({ 'm3forge.yaml': include(2), 'more.yaml': large });
  expect(much).toEqual(['file-too-large m3forge.yaml:5:5 The included files come to more than 1048576 bytes.']);
});

test.each(['v@(1|2).*', 'a/**/b/*.{json,yaml}', 'v*.*.*', '[(]x', 'a\\(x', '**/**/**/x'])(
  'the glob %s is accepted',
  async (glob) => {
    expect(await complaints(`version: 1\nproject: x\nsource: { workflows: [${JSON.stringify(glob)}] }\n`)).toEqual([]);
  },
);

test.each(['+(a+)b', '@(a*)b', '@(a|aa)+b', '(a)', '*a*a*a*b', '{*a,*b}*a*c', '**/**/**/**/x', '!(a*)'])(
  'the glob %s could take for ever',
  async (glob) => {
    const said = await complaints(`version: 1\nproject: x\nsource: { workflows: [${JSON.stringify(glob)}] }\n`);
    expect(said.map((line) => line.split(' ')[0])).toEqual(['config-invalid-path']);
  },
);
