import { describe, expect, test } from 'vitest';
import { filterPlan } from '../../engine/cli/views/plan-filter.ts';
import { planMarkdown } from '../../engine/cli/views/plan-markdown.ts';
import { planText } from '../../engine/cli/views/plan-text.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { processorFiles, processorManifest } from '../support/processors.ts';
import { createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const workflow = { path: 'workflows/a.json', content: workflowFile('a') };
const picture = (last: number): Uint8Array => Uint8Array.from([0, 255, 1, 2, last]);

const changed = processorFiles('ocr', {
  'main.py': 'class Processor:\n    edition = 2\n',
  'models/a.bin': picture(4),
  'read.me': 'new\n',
}).map((file) => (file.path === 'processors/ocr/main.py' ? { ...file, mode: '100755' } : file));

const shownPlan = `Symbols: ~ update

development: v1.0.0 → v1.1.0
  ~ processor.ocr  1 file added, 1 file removed, 2 files changed
      files
        ~ main.py: mode 100644 → 100755
              class Processor:
            -     pass
            +     edition = 2
        ~ models/a.bin: 5 bytes (4be72cf29a33) → 5 bytes (9c997eed2699)
        + read.me: 4 bytes (7aa7a5359173)
        - run.sh: 9 bytes (b77d933fde44)

Plan: 0 to add, 1 to change, 0 to destroy.
  processors     0 created, 1 updated, 0 deleted`;

// Both databases: the SQL of files is the same, and what differs between the two must not show.
describe.each(['embedded', 'schemas'] as const)('a processor, %s', (arrangement) => {
  test('is released with its files, planned by file, healed, and read by consumers', async () => {
    const project = await createProject(arrangement);
    const files = { 'main.py': 'class Processor:\n    pass\n', 'models/a.bin': picture(3), 'run.sh': 'echo run\n' };
    project.repository.commit([workflow, ...processorFiles('ocr', files)], 'v1.0.0');
    const first = await project.apply();
    expect(first.problems).toEqual([]);
    expect(
      await project.sql(
        'development',
        `select name, version, path, mode, size, encode(content, 'escape') as content from :place.processor_files order by path`,
      ),
    ).toEqual([
      { name: 'ocr', version: 'v1.0.0', path: 'main.py', mode: '100644', size: 26, content: files['main.py'] },
      {
        name: 'ocr',
        version: 'v1.0.0',
        path: 'models/a.bin',
        mode: '100644',
        size: 5,
        content: '\\000\\377\u0001\u0002\u0003',
      },
      { name: 'ocr', version: 'v1.0.0', path: 'run.sh', mode: '100644', size: 9, content: 'echo run\n' },
    ]);

    project.repository.commit([workflow, ...changed], 'v1.1.0');
    const planned = filterPlan(await project.plan(), { select: [], exclude: [] });
    expect(planText(planned, { style: plainStyle, detail: true })).toBe(shownPlan);
    expect(planMarkdown(planned)).toContain('    -     pass\n');
    expect((await project.apply()).problems).toEqual([]);
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
    expect(
      await project.sql(
        'development',
        `select encode(:place.processor_file_at(1, 'ocr', 'run.sh'), 'escape') as old,
           :place.processor_at(2, 'ocr') -> 'manifest' ->> 'executor' as executor`,
      ),
    ).toEqual([{ old: 'echo run\n', executor: 'extract_executor' }]);

    await project.sql(
      'development',
      `update :place.artifact set body = 'class Changed: pass' where digest in
         (select decode(digest, 'hex') from :place.processor_files where path = 'main.py')`,
    );
    const drifted = await project.plan();
    expect(drifted.sections[0]).toMatchObject({
      drift: [{ address: 'processor.ocr', field: 'file', reason: 'its file main.py was changed by hand' }],
      changes: [{ address: 'processor.ocr', actions: ['update'], detail: { files: [{ path: 'main.py' }] } }],
    });
    expect((await project.apply()).problems).toEqual([]);
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
  });
});

test('a manifest that changes leaves its files where they are', async () => {
  const project = await createProject('schemas');
  project.repository.commit(processorFiles('ocr'), 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit(processorFiles('ocr', undefined, processorManifest('ocr', 'tags: [new]\n')), 'v1.1.0');
  expect((await project.plan()).sections[0]?.changes).toMatchObject([{ reason: '1 field changed' }]);
  const { problems } = await project.apply();
  expect(problems).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
});
