import { execFileSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import type { Counters, Database } from '../../engine/database/index.ts';
import { createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const opened = vi.hoisted(() => [] as Database[]);

vi.mock('../../engine/database/index.ts', async (original) => {
  const module = await original<typeof import('../../engine/database/index.ts')>();
  const openDatabase: typeof module.openDatabase = async (...args) => {
    const database = await module.openDatabase(...args);
    opened.push(database);
    return database;
  };
  return { ...module, openDatabase };
});

/** Three versions of `count` workflows through one fast-import: the second and third each change one workflow. */
const fill = (directory: string, count: number): void => {
  const commit = (mark: number): string => {
    const files = Array.from({ length: mark === 0 ? count : 1 }, (_, index) => {
      const text = workflowFile(`workflow-${index}`, ['read', index === 0 ? `edition ${mark}` : 'same']);
      return `M 100644 inline workflows/${index}.json\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    });
    return `commit refs/heads/main\ncommitter Test <test@example.com> 1700000000 +0000\ndata 1\n${mark}\n${files.join('')}\nreset refs/tags/v1.${mark}.0\nfrom refs/heads/main\n\n`;
  };
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: [0, 1, 2].map(commit).join('') });
};

/** What an operation sends and reads. */
const costOf = async (operation: () => Promise<{ readonly problems: readonly unknown[] }>): Promise<Counters> => {
  opened.length = 0;
  expect((await operation()).problems).toEqual([]);
  const totals = opened.map((database) => database.counters());
  const sum = (key: keyof Counters): number => totals.reduce((total, counters) => total + counters[key], 0);
  return {
    ...{ statements: sum('statements'), rowsWritten: sum('rowsWritten') },
    ...{ rowsRead: sum('rowsRead'), bytesSent: sum('bytesSent') },
  };
};

/** What one change costs, and the way back from it, once one release and one backup have gone before. */
const costOfOneChange = async (count: number) => {
  const project = await createProject('databases');
  fill(project.repository.directory, count);
  expect((await project.apply([], 'v1.0.0')).problems).toEqual([]);
  expect((await project.apply([], 'v1.1.0')).problems).toEqual([]);
  const apply = await costOf(() => project.apply([], 'v1.2.0'));
  expect((await project.plan([], 'v1.2.0')).sections).toMatchObject([{ changes: [] }]);
  const rollback = await costOf(() => project.rollback('development'));
  expect((await project.plan([], 'v1.1.0')).sections).toMatchObject([{ changes: [] }]);
  return { apply, rollback };
};

test('one change among 10,000 artifacts sends, reads and writes the same as among 10, and so does the way back', async () => {
  const few = await costOfOneChange(10);
  const many = await costOfOneChange(10_000);
  for (const operation of ['apply', 'rollback'] as const) {
    const [one, other] = [few[operation], many[operation]];
    expect({ ...other, bytesSent: 0 }).toEqual({ ...one, bytesSent: 0 });
    // Digests in the stored section differ, and with them a few bytes of compressed text; nothing grows with the estate.
    expect(other.bytesSent).toBeLessThan(one.bytesSent * 1.02);
  }
});

/** What a plan sends of a project that runs what it should, and declares so many variables. */
const costOfLooking = async (variables: number): Promise<number> => {
  const project = await createProject('schemas');
  const listed = Array.from({ length: variables }, (_, index) => `V${index}: x`).join(', ');
  project.configure('  development: { environment: development, version: latest }', {
    top: `variables: { ${listed} }`,
  });
  fill(project.repository.directory, 1);
  expect((await project.apply()).problems).toEqual([]);
  opened.length = 0;
  expect(await project.plan()).toMatchObject({ configuration: null, sections: [{ changes: [], variables: [] }] });
  return opened.reduce((total, database) => total + database.counters().statements, 0);
};

test('planning where nothing changed sends the same, however much is declared', async () => {
  expect(await costOfLooking(1000)).toBe(await costOfLooking(1));
});
