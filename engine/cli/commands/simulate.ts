import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { listFlag, requiredFlag, switchFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { momentOf } from '../time-bounds.ts';
import { simulationText } from '../views/simulation.ts';

const hint =
  'Write a day, whose beginning in UTC is meant, or a day and a time with its offset:\n\n    --at 2099-12-27T08:00:00+01:00';

export class SimulateCommand extends SessionCommand {
  static override usage = {
    details: `Runs windows, holds and the time-outs of approvals on a clock of its own, from now to a moment that is to come:
what happens by itself until then, and which targets a release could begin for then. Changes nothing.`,
    examples: [
      ['May production be released on Sunday?', 'm3forge simulate --at 2099-11-29 --target production'],
      ['For a program', 'm3forge simulate --at 2099-12-27T08:00:00+01:00 --json'],
    ] as [string, string][],
  };

  readonly at = requiredFlag('--at', 'TIME', 'the moment: 2099-12-27, or 2099-12-27T08:00:00+01:00');
  readonly target = listFlag('--target', 'NAME', 'only this publish target');
  readonly json = switchFlag('--json', 'as JSON');

  private get moment(): string | undefined {
    return this.at === undefined ? undefined : momentOf(this.at, '--start');
  }

  protected override problems(): readonly Diagnostic[] {
    const noTime = this.at !== undefined && this.moment === undefined;
    const detail = `--at is "${this.at ?? ''}", which is no time.`;
    return [
      ...super.problems(),
      ...requireFlag(this.at, '--at', hint),
      ...(noTime ? [problem('usage-flag-value', { detail, hint })] : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { simulate } = await loadOperations();
    const { target: targets, lockTimeoutMs } = this;
    const at = new Date(this.moment ?? '');
    return present(invocation, await simulate(context, { at, targets, lockTimeoutMs }), this.json, (simulation) => {
      if (this.json) output.json(simulation);
      else output.result(simulationText(simulation, output.style));
      return undefined;
    });
  }
}
