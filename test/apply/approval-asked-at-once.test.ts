import { describe, expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import type { TestProject } from '../support/project.ts';
import { valueIn } from '../support/project.ts';
import { askFor, guarded, peopleOf, releasesOf } from './approved.ts';

const one = '{ min_approvals: 1, allowed_approvers: [alice, bob] }';
const askers = ['carol', 'dave', 'erin', 'frank'];

/** All of them have planned before the first of them is answered. */
const askAtOnce = async (project: TestProject): Promise<readonly (string | null | undefined)[]> => {
  let planned = 0;
  const all = Promise.withResolvers<void>();
  const confirm = async (): Promise<boolean> => {
    planned += 1;
    if (planned === askers.length) all.resolve();
    await all.promise;
    return true;
  };
  const manner = { reason: null, confirm, report: () => undefined, lockTimeoutMs: 0, targets: ['production'] };
  const reports = await Promise.all(
    askers.map(async (actor) => valueIn(await apply({ ...project.context, actor }, manner))),
  );
  return reports.map(({ sections }) => (sections[0]?.outcome === 'waiting' ? sections[0].releaseId : 'not waiting'));
};

describe('of several who ask for the same at once', () => {
  test('the first has a release that waits, the others are told of it, and one approval does', async () => {
    const project = await guarded('schemas', one);
    const people = peopleOf(project);
    const [id = '', ...others] = new Set(await askAtOnce(project));
    expect(others).toEqual([]);
    const states = (await releasesOf(project)).map((release) => [release.id === id, release.state]);
    expect(states.filter(([isIt]) => isIt)).toEqual([[true, 'waiting']]);
    // Whoever was recorded beside it gave way, and whoever came later found it there; what runs was released before.
    const beside = states.filter(([isIt, state]) => !isIt && state !== 'superseded');
    expect(beside).toEqual([[false, 'succeeded']]);
    expect(states.length).toBeLessThanOrEqual(askers.length + 1);
    await people.approve('alice', id ?? '');
    expect(await people.resume('bob', id ?? '')).toMatchObject({
      sections: [{ outcome: 'succeeded', releaseId: id, active: 'v1.1.0' }],
    });
  });
});

test('who resumes a release goes on with that one, whatever waits for the same beside it', async () => {
  const project = await guarded('schemas', one);
  const people = peopleOf(project);
  const id = await askFor(project);
  await people.approve('alice', id);
  // As one who did not know of it would have left it.
  await project.script(
    'production',
    `insert into m3forge.release (id, target, environment, place_id, kind, state, version, from_version, from_seq, plan_id,
       plan_digest, section, on_failure, requested_by, reason, scope, waiting_since)
     select gen_random_uuid(), target, environment, place_id, kind, state, version, from_version, from_seq, gen_random_uuid(),
       plan_digest, section, on_failure, requested_by, reason, scope, waiting_since from m3forge.release where id = '${id}'`,
  );
  expect(await people.resume('bob', id)).toMatchObject({ sections: [{ outcome: 'succeeded', releaseId: id }] });
  expect((await releasesOf(project)).map(({ state }) => state)).toEqual(['superseded', 'succeeded', 'succeeded']);
});
