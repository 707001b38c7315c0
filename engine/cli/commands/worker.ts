import { type Diagnostic, exitCodeOf, problem } from '../../diagnostics/index.ts';
import type { WorkDone } from '../../operations/index.ts';
import { listFlag, switchFlag, valueFlag } from '../flags.ts';
import { SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { parseDuration } from '../settings.ts';
import { waitingAnnotation } from '../views/annotations.ts';
import { diagnosticJson } from '../views/diagnostics.ts';
import { workLine } from '../views/work.ts';

const usualMs = 15_000;
const shortestMs = 500;
const longestMs = 3_600_000;

export class WorkerCommand extends SessionCommand {
  static override usage = {
    details: `Releases what schedules, new tags and change sets start by themselves, goes on with what was approved, rejects
what was not in time, recovers what a crash left, announces planned times and sends notifications. It stays until it is
interrupted, and finishes or undoes the step in flight then; any number of workers share the work of one state, which must
be on a PostgreSQL server. With --once it does what is to be done now and ends, for cron, on either database.`,
    examples: [
      ['From cron, every few minutes', 'm3forge worker --once --as deploy-bot'],
      ['For one target', 'm3forge worker --once --target staging'],
      ['Until it is stopped', 'm3forge worker --as deploy-bot'],
    ] as [string, string][],
  };

  readonly once = switchFlag('--once', 'do what is to be done now, and end');
  readonly target = listFlag('--target', 'NAME', 'look after this publish target; without it after every enabled one');
  readonly every = valueFlag('--every', 'TIME', 'how often to look for what is due: 500ms to 60m; 15s by default');
  readonly json = switchFlag('--json', 'each thing that was done as one JSON object on a line');
  protected override readonly access = 'write';

  private get everyMs(): number | undefined {
    const milliseconds = this.every === undefined ? usualMs : parseDuration(this.every);
    return milliseconds !== undefined && milliseconds >= shortestMs && milliseconds <= longestMs
      ? milliseconds
      : undefined;
  }

  protected override problems(): readonly Diagnostic[] {
    const conflict =
      this.once && this.every !== undefined
        ? [
            problem('usage-flags-conflict', {
              detail: 'With --once it looks once, and --every says how often.',
              hint: 'Leave one of them out.',
            }),
          ]
        : [];
    const wrong =
      this.everyMs === undefined
        ? [
            problem('usage-flag-value', {
              detail: `--every is "${this.every ?? ''}".`,
              hint: 'Write a number with a unit, from 500ms to 60m.',
            }),
          ]
        : [];
    return [...super.problems(), ...conflict, ...wrong];
  }

  /** Says each thing once: what is held up stays so for a long time. */
  private teller({ output }: Invocation) {
    const said = new Map<string, string>();
    const isNew = (key: string, text: string): boolean => {
      if (said.get(key) === text) return false;
      said.set(key, text);
      return true;
    };
    return {
      done: (work: WorkDone): void => {
        const line = workLine(work);
        if (!isNew(`${work.target}\n${work.cause}`, line)) return;
        if (this.json) output.jsonLine({ type: 'work', ...work });
        else output.result(line);
        if (work.outcome === 'waiting') {
          output.annotate([waitingAnnotation('The release waits', line)]);
        }
      },
      problem: (diagnostics: readonly Diagnostic[]): void => {
        const text = JSON.stringify(diagnostics.map(({ code, detail }) => [code, detail]));
        if (!isNew('', text) || diagnostics.length === 0) return;
        if (this.json) output.jsonLine({ type: 'problems', diagnostics: diagnostics.map(diagnosticJson) });
        else output.diagnostics(diagnostics);
      },
    };
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { context } = invocation;
    const { workOn, workOnce } = await loadOperations();
    const { target: targets, lockTimeoutMs } = this;
    const { done, problem: say } = this.teller(invocation);
    const request = { targets, lockTimeoutMs, done, report: () => undefined };
    const outcome = this.once
      ? await workOnce(context, request)
      : await workOn(context, { ...request, everyMs: this.everyMs ?? usualMs, problem: say });
    say(outcome.diagnostics);
    return exitCodeOf(outcome.diagnostics);
  }
}
