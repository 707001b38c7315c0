import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createVersion } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, valueIn } from '../support/project.ts';
import { createRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { create, createEstate, failingGit, files, request } from '../support/versions.ts';

describe('a tag that is handed over', () => {
  const withRemote = async () => {
    const project = await createEstate();
    const remote = createRepository(temporaryDirectory(), 'remote.git');
    project.repository.git(['remote', 'add', 'origin', remote.directory]);
    project.repository.commit(files('a', 'b', 'c'));
    return { project, remote };
  };

  test('is in the other repository, and audited; again it changes nothing', async () => {
    const { project, remote } = await withRemote();
    valueIn(await create(project, { push: 'origin' }));
    const id = project.repository.git(['rev-parse', 'v1.1.0']);
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(id);
    expect(valueIn(await create(project, { push: 'origin' }))).toMatchObject({ outcome: 'found' });
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(id);
    const [pushed] = await auditOf(project, { action: 'version.pushed' });
    expect(pushed).toMatchObject({ subject: 'v1.1.0', detail: { remote: 'origin', url: remote.directory } });
  });

  test('is not put over another one, and goes on from there once it can', async () => {
    const { project, remote } = await withRemote();
    const other = remote.commit({ 'x.txt': 'x' }, 'v1.1.0');
    const outcome = await create(project, { push: 'origin' });
    expect(codesOf(outcome.diagnostics)).toEqual(['version-exists']);
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(other);
    // Found before anything was made: what is recorded is for ever.
    const entries = await auditOf(project, { action: 'version' });
    expect(entries.map(({ event }) => event)).toEqual(['version.refused']);
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
    remote.git(['tag', '-d', 'v1.1.0']);
    expect(valueIn(await create(project, { push: 'origin' }))).toMatchObject({ outcome: 'created' });
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(project.repository.git(['rev-parse', 'v1.1.0']));
  });

  test('needs a remote that is there, before anything is made', async () => {
    const { project } = await withRemote();
    for (const push of ['upstream', '--upload-pack=touch x']) {
      expect(codesOf((await create(project, { push })).diagnostics)).toEqual(['version-remote-unknown']);
    }
    project.repository.git(['remote', 'add', 'gone', join(project.directory, 'gone.git')]);
    const gone = await create(project, { push: 'gone' });
    expect(codesOf(gone.diagnostics)).toEqual(['version-push-failed']);
    expect(project.repository.git(['tag'])).toBe('v1.0.0');
  });

  test('that could not be handed over goes on with the same command, whatever it asked for', async () => {
    const { project, remote } = await withRemote();
    const system = { ...project.context.system, ...failingGit((args) => args.includes('push')) };
    const order = request({ bump: 'major', push: 'origin' });
    const stopped = await createVersion({ ...project.context, system }, order);
    expect(codesOf(stopped.diagnostics)).toEqual(['version-push-failed']);
    expect(valueIn(await createVersion(project.context, order))).toMatchObject({ version: 'v2.0.0', outcome: 'found' });
    expect(remote.git(['tag'])).toBe('v2.0.0');
  });

  test('that was made before is handed over only where the question is answered with yes', async () => {
    const { project, remote } = await withRemote();
    valueIn(await create(project));
    const declined = await create(project, { push: 'origin', confirm: () => Promise.resolve(false) });
    expect(codesOf(declined.ok ? [] : declined.diagnostics)).toEqual(['apply-declined']);
    expect(remote.git(['tag'])).toBe('');
  });

  test('that the remote has already, made by somebody of the same commit, is in order', async () => {
    const { project, remote } = await withRemote();
    valueIn(await create(project, { push: 'origin' }));
    const there = remote.git(['rev-parse', 'v1.1.0']);
    project.repository.git(['tag', '-d', 'v1.1.0']);
    expect(valueIn(await create(project, { push: 'origin' }))).toMatchObject({ outcome: 'found' });
    expect(remote.git(['rev-parse', 'v1.1.0'])).toBe(there);
  });
});
