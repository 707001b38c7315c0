import { Option } from 'clipanion';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { durationOf, faultOfText } from '../../values/index.ts';
import { listFlag, requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { tokenMade } from '../views/tokens.ts';

const [usualDays, shortestMs, longestMs] = [90, 3_600_000, 366 * 86_400_000];

export class TokenCreateCommand extends SessionCommand {
  static override usage = {
    details: `Whoever has the token in M3FORGE_TOKEN is the one that it is for, whatever --as says; and from then on that name
does not do without a token. It is shown once, and only its hash is kept. For an admin. Recorded in the audit trail.`,
    examples: [
      ['For a pipeline', 'm3forge token create nightly --for deploy-bot --environment staging --expires 30d'],
    ] as [string, string][],
  };

  readonly name = Option.String({ name: 'NAME' });
  readonly for = requiredFlag('--for', 'WHO', 'whose token it is');
  readonly environment = listFlag('--environment', 'NAME', 'where it counts; everywhere without it');
  readonly expires = valueFlag(
    '--expires',
    'DURATION',
    `when it ends: 12h, 30d, at most 366d; ${usualDays}d without it`,
  );
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  private get lastsMs(): number | undefined {
    return this.expires === undefined ? usualDays * 86_400_000 : durationOf(this.expires);
  }

  protected override problems(): readonly Diagnostic[] {
    const lasts = this.lastsMs;
    const inTime = lasts !== undefined && lasts >= shortestMs && lasts <= longestMs;
    const fault = faultOfText('name', this.name);
    return [
      ...super.problems(),
      ...requireFlag(this.for?.trim() ? this.for : undefined, '--for', 'Say whose token it is.'),
      ...(fault === undefined ? [] : [problem('usage-flag-value', { detail: `NAME ${fault}.` })]),
      ...(inTime
        ? []
        : [
            problem('usage-flag-value', {
              detail: `--expires is "${this.expires ?? ''}".`,
              hint: 'Write hours or days, from an hour to a year: 12h or 30d.',
            }),
          ]),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { createToken } = await loadOperations();
    const outcome = await createToken(context, {
      name: this.name,
      actor: this.for ?? '',
      environments: this.environment,
      lastsSeconds: (this.lastsMs ?? 0) / 1000,
      lockTimeoutMs: this.lockTimeoutMs,
    });
    return present(invocation, outcome, this.json, (made) => {
      if (this.json) output.json(made);
      else output.result(tokenMade(made));
      return undefined;
    });
  }
}
