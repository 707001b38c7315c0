import { expect, test } from 'vitest';
import type { FailpointName } from '../../engine/system/index.ts';
import { prepareProject, runCommand } from '../support/scenario.ts';

const select = '--target development';

/** v1.0.0 runs, and the target is for emergencies since. */
const started = async (arrangement: 'embedded' | 'schemas'): Promise<string> => {
  const directory = await prepareProject({ project: 'invoices' }, arrangement);
  expect(await runCommand(`m3forge apply ${select} --version v1.0.0 --yes`, directory)).toMatchObject({ exit: 0 });
  await runCommand(`sed -i 's/version: ^1.0 }/version: ^1.0, type: emergency }/' m3forge.yaml`, directory);
  return directory;
};

const asked = async (command: string, directory: string): Promise<readonly Record<string, unknown>[]> =>
  JSON.parse((await runCommand(`m3forge ${command} --json 2>/dev/null`, directory)).output);

const cases: readonly (readonly [FailpointName, 'embedded' | 'schemas'])[] = [
  ['after-start-recorded', 'embedded'],
  ['activate-after-commit', 'schemas'],
];

test.each(cases)('an emergency that is killed at %s leaves its review with it (%s)', async (point, arrangement) => {
  const directory = await started(arrangement);
  const apply = `m3forge apply ${select} --version v1.1.0 --yes --justification "totals are wrong"`;
  expect(await runCommand(apply, directory, { M3FORGE_FAILPOINTS: `${point}=kill9` })).toMatchObject({ exit: 137 });
  // Recorded with its beginning: whatever becomes of it, nobody can have forgotten it.
  expect(await asked('review list', directory)).toMatchObject([{ version: 'v1.1.0', outcome: null }]);
  expect(await runCommand('m3forge recover', directory)).toMatchObject({ exit: 0 });
  expect(await asked(`status ${select}`, directory)).toMatchObject([{ version: 'v1.0.0', unreviewed: [] }]);
  expect(await asked('review list --all', directory)).toMatchObject([{ version: 'v1.1.0', outcome: 'not_active' }]);
});
