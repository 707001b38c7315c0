import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { apply, type PlanRequest, plan, validate } from '../../engine/operations/index.ts';
import { integrityOf, type PlanDocument } from '../../engine/plan/index.ts';
import { processorFiles } from '../support/processors.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

let project: TestProject;
let commit: string;

const planRef = (ref: string, more: Partial<PlanRequest> = {}) =>
  plan(project.context, { targets: [], lockTimeoutMs: 0, ...more, ref });

const applyFile = (document: PlanDocument) => {
  const planFile = join(project.directory, 'saved.json');
  writeFileSync(planFile, JSON.stringify(document));
  return apply(project.context, {
    planFile,
    targets: [],
    reason: null,
    lockTimeoutMs: 0,
    confirm: () => Promise.resolve(true),
    report: () => undefined,
  });
};

const write = (path: string, content: string): void => {
  const file = join(project.repository.directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
};

beforeEach(async () => {
  project = await createProject('schemas', { environments: ['development', 'production'] });
  const v1 = [{ path: 'workflows/a.json', content: workflowFile('a') }];
  project.repository.commit(v1, 'v1.0.0');
  commit = project.repository.commit([
    { path: 'workflows/a.json', content: workflowFile('a', ['b']) },
    ...processorFiles('ocr'),
  ]);
  project.repository.git(['branch', 'feature', commit]);
  project.repository.git(['reset', '--quiet', '--hard']);
});

test('a branch is planned for development alone, saved and applied; who follows keeps what it runs', async () => {
  project.configure(
    '  development: { environment: development, version: latest }\n  production: { environment: production, version: { from: development } }',
  );
  expect((await project.apply(['development'])).problems).toEqual([]);
  const planned = valueIn(await planRef('feature', { saves: true }));
  expect(planned.sections).toMatchObject([
    {
      target: 'development',
      to: { version: `0.0.0-dev.${commit}`, commit },
      notes: ['Planned from feature, which is no tagged version.'],
    },
  ]);
  expect(planned.sections[0]?.changes.map(({ address }) => address)).toEqual(['workflow.a', 'processor.ocr']);
  expect(valueIn(await applyFile(planned)).problems).toEqual([]);
  expect(valueIn(await planRef(commit)).sections).toMatchObject([
    { changes: [], from: { version: `0.0.0-dev.${commit}` } },
  ]);
  expect((await project.plan(['production'])).sections).toMatchObject([
    {
      to: null,
      notes: [`"development" runs 0.0.0-dev.${commit}, which is no tagged version; this target keeps what it runs.`],
    },
  ]);
  // Going on from there is an ordinary release, and so is going back, also where a file is written anew for that.
  expect((await project.apply(['development'], 'v1.0.0')).problems).toEqual([]);
  await project.sql(
    'development',
    `update :place.artifact set body = 'by hand' where encode(body, 'escape') like 'class Processor%'`,
  );
  expect((await project.rollback('development')).problems).toEqual([]);
  expect(
    await project.sql('development', `select encode(content, 'escape') as content from :place.processor_files`),
  ).toEqual([{ content: 'class Processor: pass\n' }]);
  expect(valueIn(await planRef('feature')).sections).toMatchObject([{ changes: [] }]);
});

test('the working tree is shown as it lies there, and kept only where all of it is committed', async () => {
  const clean = valueIn(await planRef('.', { saves: true }));
  expect(clean.sections).toMatchObject([{ to: { version: `0.0.0-dev.${commit}` } }]);
  write('workflows/new.json', workflowFile('new'));
  const dirty = valueIn(await planRef('.'));
  expect(dirty.sections).toMatchObject([
    {
      to: { version: `0.0.0-dev.${commit}.uncommitted` },
      notes: ['Planned from the working tree; not committed: workflows/new.json.'],
      blocks: [{ code: 'ref-uncommitted' }],
    },
  ]);
  expect(codesOf((await planRef('.', { saves: true })).diagnostics)).toEqual(['ref-uncommitted']);
  // The document is the same as a saved one, wherever it was written to.
  expect(codesOf(valueIn(await applyFile(dirty)).problems)).toEqual(['ref-uncommitted']);
  expect(valueIn(await validate(project.context, { ref: '.' }))).toMatchObject({ artifacts: 3 });
  expect(valueIn(await validate(project.context, { ref: 'feature' }))).toMatchObject({ artifacts: 2 });
  expect(valueIn(await applyFile(clean)).problems).toEqual([]);
  expect(valueIn(await planRef('HEAD')).sections).toMatchObject([{ changes: [] }]);
});

test('what is not tagged goes nowhere else, whatever a file says', async () => {
  expect(codesOf((await planRef('feature', { targets: ['production'] })).diagnostics)).toEqual([
    'ref-needs-development',
  ]);
  expect(codesOf((await planRef('nothing')).diagnostics)).toEqual(['source-ref-unknown']);
  const planned = valueIn(await planRef('feature'));
  const forged = { ...planned, sections: planned.sections.map((section) => ({ ...section, target: 'production' })) };
  const report = valueIn(await applyFile({ ...forged, integrity: integrityOf(forged) }));
  expect(report.problems.map(({ code }) => code)).toEqual(['ref-needs-development']);
  project.repository.git(['branch', '-D', 'feature']);
  project.repository.git(['update-ref', 'refs/heads/main', 'v1.0.0']);
  project.repository.git(['reflog', 'expire', '--expire=now', '--all']);
  project.repository.git(['gc', '--quiet', '--prune=now']);
  expect(valueIn(await applyFile(planned)).problems).toMatchObject([
    { code: 'plan-stale', detail: expect.stringContaining(`the commit ${commit} is gone`) },
  ]);
});

test('what is not tagged goes to no production that a file calls development', async () => {
  const targets = '  production: { environment: production, version: latest }';
  project.configure(targets);
  expect((await project.apply(['production'])).problems).toEqual([]);
  const file = join(project.directory, 'm3forge.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('type: production', 'type: development'));
  const planned = valueIn(await planRef('feature', { targets: ['production'], saves: true }));
  expect(planned.sections[0]?.blocks).toMatchObject([{ code: 'ref-needs-development' }]);
  expect(codesOf(valueIn(await applyFile(planned)).problems)).toEqual(['release-blocked']);
});
