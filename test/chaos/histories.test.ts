import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import {
  applyCommand,
  backupCommand,
  crashCommand,
  driftCommand,
  failingVersion,
  type Model,
  pruneCommand,
  type Real,
  recoverCommand,
  restoreCommand,
  rollbackCommand,
} from './history-commands.ts';

const flow = (name: string, text: string) => ({ [`workflows/${name}.json`]: workflowFile(name, ['read', text]) });

const contents = {
  'v1.0.0': { ...flow('alpha', 'first'), ...flow('beta', 'first') },
  'v1.1.0': { ...flow('alpha', 'second'), ...flow('gamma', 'new') },
  [failingVersion]: { ...flow('alpha', 'third') },
  'v1.3.0': { ...flow('alpha', 'fourth'), ...flow('beta', 'first'), ...flow('delta', 'new') },
} as const;
const versions = Object.keys(contents);
const good = versions.filter((version) => version !== failingVersion);

const crashPoints = [
  'after-start-recorded',
  'write-after-bodies',
  'write-after-commit',
  'after-intent',
  'activate-after-commit',
  'before-success-recorded',
] as const;

/** A project on which v1.0.0 is active, and what each version looks like to a consumer. */
const prepare = async (): Promise<{ readonly model: Model; readonly real: Real }> => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.configure(
    `  production: { environment: production, version: ^1.0, smoke_tests: [{ name: check, run: 'test $M3FORGE_VERSION != ${failingVersion}' }] }`,
  );
  for (const [version, files] of Object.entries(contents)) project.repository.commit(files, version);
  const views = new Map<string, Readonly<Record<string, string>>>();
  for (const version of good.toReversed()) {
    expect((await project.apply([], version)).problems).toEqual([]);
    views.set(version, await project.view('production'));
  }
  return { model: { active: 'v1.0.0', avoided: new Set(), drifted: false, crashed: false }, real: { project, views } };
};

const someCommand = [
  fc.constantFrom(...versions).map(applyCommand),
  fc.constantFrom(...versions).map(applyCommand),
  fc.constant(rollbackCommand()),
  fc.constant(driftCommand()),
  fc
    .tuple(fc.constantFrom(...good), fc.constantFrom(...crashPoints))
    .map(([version, point]) => crashCommand(version, point)),
  fc.constant(recoverCommand()),
  fc.constant(backupCommand()),
  fc.nat(3).map(restoreCommand),
  fc.constant(pruneCommand()),
];

// A failure prints the commands that are left after shrinking: a script, to be typed as it stands.
test('any history of commands leaves what a small model says', async () => {
  const numRuns = Number(process.env.HISTORIES ?? '6');
  await fc.assert(
    fc.asyncProperty(fc.commands(someCommand, { maxCommands: 12 }), async (commands) => {
      const { model, real } = await prepare();
      await fc.asyncModelRun(() => ({ model, real }), commands);
      // Whatever happened: the next release goes through, and then there is nothing left to do.
      const version = good.find((one) => !model.avoided.has(one));
      if (version === undefined) return;
      expect((await real.project.apply([], version)).problems).toEqual([]);
      expect((await real.project.plan([], version)).sections).toMatchObject([{ changes: [], drift: [] }]);
    }),
    { numRuns, endOnFailure: false },
  );
});
