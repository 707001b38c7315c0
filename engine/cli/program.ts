import { type Diagnostic, exitCodeOf, Refusal } from '../diagnostics/index.ts';
import { isSecretName, Secret } from '../values/index.ts';
import { argumentProblem, checkFlags } from './check-arguments.ts';
import type { CommandEntry } from './command-entry.ts';
import { commandTable } from './command-table.ts';
import { describeCommands, loadCommand } from './describe-command.ts';
import { findCommand } from './find-command.ts';
import type { World } from './invocation.ts';
import { createOutput, type Output } from './output.ts';
import { bugReport } from './views/bug-report.ts';
import { commandHelp, overview } from './views/help.ts';
import { machineProblem } from './views/system-words.ts';

/** The arguments up to `--`: behind it nothing is a flag. */
const beforeDashes = (args: readonly string[]): readonly string[] =>
  args.includes('--') ? args.slice(0, args.indexOf('--')) : args;

const asksForHelp = (args: readonly string[]): boolean =>
  beforeDashes(args).some((argument) => argument === '--help' || argument === '-h');

const complain = (output: Output, diagnostics: readonly Diagnostic[]): number => {
  output.diagnostics(diagnostics);
  return exitCodeOf(diagnostics);
};

/** Loads the one command that is called, and no other, and runs it. */
const runCommand = async (entry: CommandEntry, args: readonly string[], world: World, output: Output) => {
  const { cli, description } = await loadCommand(entry);
  if (asksForHelp(args)) {
    output.result(commandHelp(description, output.style));
    return 0;
  }
  const problems = checkFlags(args, description);
  if (problems.length > 0) return complain(output, problems);
  let parsed: ReturnType<typeof cli.process>;
  try {
    parsed = cli.process([...entry.path.split(' '), ...args], { world, commands: describeCommands });
  } catch (error) {
    // The flags are in order, so what clipanion refuses is the number of arguments that stand alone.
    return complain(output, [argumentProblem(entry.path, error instanceof Error ? error.message : '')]);
  }
  return parsed.validateAndExecute();
};

const dispatch = async (args: readonly string[], world: World, output: Output): Promise<number> => {
  const found = findCommand(args);
  if (!found.ok) {
    const members = commandTable.filter(
      ({ path }) => path.split(' ')[0] === args.find((word) => !word.startsWith('-')),
    );
    if (!asksForHelp(args) || members.length === 0) return complain(output, found.diagnostics);
    output.result(overview(members, output.style));
    return 0;
  }
  if (found.value) return runCommand(found.value.entry, found.value.args, world, output);
  if (args.includes('--version')) {
    output.result(world.toolVersion);
    return 0;
  }
  if (asksForHelp(args)) {
    output.result(overview(commandTable, output.style));
    return 0;
  }
  output.message(overview(commandTable, output.style));
  return 1;
};

/** Shorter values of variables that are named like secrets are words such as `none` or `true`. */
const shortestValue = 8;

/** Nobody can tell what a provider or a smoke test repeats of the environment: what is named like a secret is one. */
const learnEnvironment = ({ system, redactor }: World): void => {
  for (const name of system.envNames()) {
    const value = isSecretName(name) ? (system.env(name) ?? '') : '';
    if (value.length >= shortestValue) redactor.add(new Secret(value));
  }
};

/** Runs the command that the arguments name and returns the exit code. Nothing it meets is thrown on. */
export const runProgram = async (args: readonly string[], world: World): Promise<number> => {
  learnEnvironment(world);
  const noColor = beforeDashes(args).includes('--no-color');
  const output = createOutput(world.terminal, world.redactor, { env: world.system.env, noColor, quiet: false });
  try {
    return await dispatch(args, world, output);
  } catch (error) {
    if (error instanceof Refusal) return complain(output, error.diagnostics);
    const exhausted = machineProblem(error);
    if (exhausted) return complain(output, [exhausted]);
    output.message(bugReport(error, world.toolVersion));
    return 1;
  }
};
