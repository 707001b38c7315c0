import { Option } from 'clipanion';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { counted } from '../../values/index.ts';
import { askForYes } from '../confirm.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { present, requireAnswer, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class StateForgetCommand extends SessionCommand {
  static override usage = {
    details: `For a place that is gone for good, or a version whose tag was moved and which no release names. What is in the
place, and the files of its backups, stay as they are. Recorded in the audit trail; takes the lease of the place.`,
    examples: [
      [
        'A place whose database was dropped',
        'm3forge state forget place.production --reason "moved to another region"',
      ],
      ['A version that nobody released', 'm3forge state forget version.v1.2.0'],
    ] as [string, string][],
  };

  readonly address = Option.String({ name: 'ADDRESS' });
  readonly reason = valueFlag('--reason', 'TEXT', 'why, for the audit trail');
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [...super.problems(), ...requireAnswer(this, 'Add --yes.')];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { forget } = await loadOperations();
    const outcome = await forget(context, {
      address: this.address,
      reason: this.reason ?? null,
      lockTimeoutMs: this.lockTimeoutMs,
      confirm: async ({ address, consequence }) =>
        this.yes ||
        askForYes(invocation, `${inline(consequence)}\nDo you want to forget ${inline(address)}?`, 'Use --yes.'),
    });
    return present(invocation, outcome, this.json, (forgotten) => {
      const { address, releases, backups } = forgotten;
      const more = releases + backups > 0 ? `, ${counted(releases, 'release')} and ${counted(backups, 'backup')}` : '';
      if (this.json) output.json(forgotten);
      else output.result(`Forgotten: ${inline(address)}${more}.`);
      return undefined;
    });
  }
}
