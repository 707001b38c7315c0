import { apply, type Diagnostic, type PlanDocument, plan, status } from 'm3forge';

/**
 * A release by a program: plans, refuses a plan that would delete something, applies, and says what runs.
 *
 *     node release.ts DIRECTORY TARGET [VERSION]
 */
const [directory = '.', target = 'development', version] = process.argv.slice(2);
const wanted = { directory, targets: [target], ...(version !== undefined && { version }) };

const stop = (diagnostics: readonly Diagnostic[]): never => {
  for (const { code, detail } of diagnostics) process.stderr.write(`${code}: ${detail}\n`);
  process.exit(1);
};

const deletesNothing = ({ sections }: PlanDocument): boolean =>
  sections.every(({ changes }) => changes.every(({ actions }) => !actions.includes('delete')));

const planned = await plan(wanted);
if (!planned.ok) stop(planned.diagnostics);
else if (!deletesNothing(planned.value)) {
  process.stdout.write('Something would be deleted: somebody has to look at the plan first.\n');
  process.exit(2);
}

const applied = await apply({
  ...wanted,
  reason: 'the nightly release',
  // What is applied is planned anew, so it is looked at anew.
  confirm: deletesNothing,
  onEvent: (name, event) => {
    if (event.type === 'step_complete') process.stdout.write(`${name}: ${event.step} ${event.outcome}\n`);
  },
});
if (!applied.ok || applied.value.problems.length > 0) {
  stop(applied.ok ? applied.value.problems : applied.diagnostics);
}

const now = await status({ directory });
if (now.ok) for (const { target: name, version } of now.value) process.stdout.write(`${name} runs ${version}\n`);
