import { resolve } from 'node:path';
import { type BaseContext, Command, type CommandClass } from 'clipanion';
import { type Diagnostic, exitCodeOf, type Outcome, problem } from '../diagnostics/index.ts';
import type { CommandDescription } from './command-description.ts';
import { choiceFlag, switchFlag, valueFlag } from './flags.ts';
import { createInvocation, type Invocation, type World } from './invocation.ts';
import { createOutput } from './output.ts';
import { lockTimeout, readSettings } from './settings.ts';
import { diagnosticJson } from './views/diagnostics.ts';

export interface ForgeContext extends BaseContext {
  readonly world: World;
  /** Every command there is, for the one that tells a shell of them. */
  readonly commands: () => Promise<readonly CommandDescription[]>;
}

export type ForgeCommandClass = CommandClass<ForgeContext>;

/** A command: its arguments in, an operation called, its answer shown. The flags here are those that every command has. */
export abstract class ForgeCommand extends Command<ForgeContext> {
  readonly chdir = valueFlag('--chdir', 'DIR', 'work as if started in this directory');
  readonly config = valueFlag('--config', 'FILE', 'the configuration; default m3forge.yaml, looked for upwards');
  readonly as = valueFlag('--as', 'NAME', 'who is asking, for leases, releases and the audit trail');
  readonly logLevel = valueFlag('--log-level', 'LEVEL', 'debug, info, warn (default), error or silent');
  readonly input = choiceFlag('--input', 'false', 'never ask anything');
  readonly quiet = switchFlag('--quiet', 'no progress and no advice');
  readonly noColor = switchFlag('--no-color', 'no colours');

  /** Carries the command out and returns the exit code. */
  protected abstract perform(invocation: Invocation): Promise<number>;

  /** What is wrong with the arguments, beyond what each flag says of itself. */
  protected problems(): readonly Diagnostic[] {
    return [];
  }

  override async execute(): Promise<number> {
    const { world } = this.context;
    const { settings, problems } = readSettings(world.system, this);
    const { env, cwd } = world.system;
    const output = createOutput(world.terminal, world.redactor, {
      ...{ env, noColor: this.noColor, quiet: this.quiet },
      directory: resolve(cwd(), settings.directory ?? '.'),
    });
    const wrong = [...problems, ...this.problems()];
    if (wrong.length > 0) {
      output.diagnostics(wrong);
      return exitCodeOf(wrong);
    }
    const invocation = await createInvocation(world, settings, output);
    if (invocation.ok) return this.perform(invocation.value);
    output.diagnostics(invocation.diagnostics);
    return exitCodeOf(invocation.diagnostics);
  }
}

/** A command that opens the state's database and may have to wait for it. */
export abstract class SessionCommand extends ForgeCommand {
  readonly lockTimeout = valueFlag('--lock-timeout', 'TIME', 'how long to wait for a lock: 500ms, 30s, 5m');

  /** Commands that write give up at once by default; a reader waits. */
  protected readonly access: 'read' | 'write' = 'read';

  protected override problems(): readonly Diagnostic[] {
    return lockTimeout(this.context.world.system, this.lockTimeout, this.access).problems;
  }

  protected get lockTimeoutMs(): number {
    return lockTimeout(this.context.world.system, this.lockTimeout, this.access).milliseconds;
  }
}

/** The value of a flag that the command cannot do without. */
export const requireFlag = (value: string | undefined, name: string, hint: string): readonly Diagnostic[] =>
  value === undefined ? [problem('usage-flag-missing', { detail: `${name} is missing.`, hint })] : [];

/** A reason that is given must say something. */
export const checkReason = (name: string, value: string | undefined): readonly Diagnostic[] =>
  value === undefined || value.trim() !== ''
    ? []
    : [problem('usage-flag-value', { detail: `${name} is empty.`, hint: 'Say why.' })];

/** Machine output leaves no room for a question, so the answer must be given with it. */
export const requireAnswer = (
  flags: { readonly json: boolean; readonly yes: boolean },
  hint: string,
): readonly Diagnostic[] =>
  flags.json && !flags.yes
    ? [problem('usage-flags-conflict', { detail: '--json leaves no room for a question.', hint })]
    : [];

/**
 * The end of every command that shows something: warnings and errors to standard error, the answer to standard output.
 * `show` returns the exit code where that is not 0.
 */
export const present = <T>(
  { output }: Invocation,
  outcome: Outcome<T>,
  json: boolean,
  show: (value: T) => number | undefined,
): number => {
  output.diagnostics(outcome.diagnostics);
  if (outcome.ok) return show(outcome.value) ?? 0;
  if (json) output.json({ format_version: '1.0', diagnostics: outcome.diagnostics.map(diagnosticJson) });
  return exitCodeOf(outcome.diagnostics);
};
