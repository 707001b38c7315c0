import type { Diagnostic } from '../../diagnostics/index.ts';
import { askForYes } from '../confirm.ts';
import { requiredFlag, switchFlag } from '../flags.ts';
import { present, requireAnswer, requireFlag, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { inline } from '../views/escape.ts';

export class StateImportCommand extends SessionCommand {
  static override usage = {
    details: `For a place whose state was lost, or that moves to another one. What the place holds stays as it is; the former
state is refused there from then on.`,
    examples: [['Take over what production releases into', 'm3forge state import --target production']] as [
      string,
      string,
    ][],
  };

  readonly target = requiredFlag('--target', 'NAME', 'the publish target whose place is taken over');
  readonly yes = switchFlag('--yes,--auto-approve', 'answer the question with yes');
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected override problems(): readonly Diagnostic[] {
    return [
      ...super.problems(),
      ...requireFlag(this.target, '--target', 'Name the target whose place is to be taken over.'),
      ...requireAnswer(this, 'Add --yes.'),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { importPlace } = await loadOperations();
    const outcome = await importPlace(context, {
      target: this.target ?? '',
      lockTimeoutMs: this.lockTimeoutMs,
      confirm: async ({ address, lineage }) =>
        this.yes ||
        askForYes(
          invocation,
          `The place ${inline(address)} belongs to the state ${inline(lineage)}. Do you want to take it over?`,
          'Use --yes.',
        ),
    });
    return present(invocation, outcome, this.json, (imported) => {
      const { place, changed, version } = imported;
      const runs = `it runs ${inline(version ?? 'nothing')}`;
      if (this.json) output.json(imported);
      else
        output.result(
          changed
            ? `${inline(place)} belongs to this state now; ${runs}.`
            : `${inline(place)} belongs to this state already; ${runs}.`,
        );
      return undefined;
    });
  }
}
