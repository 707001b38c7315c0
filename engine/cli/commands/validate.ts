import { exitCodeOf } from '../../diagnostics/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { annotationsOf } from '../views/annotations.ts';
import { validationJson, validationText } from '../views/validation.ts';

export class ValidateCommand extends ForgeCommand {
  static override usage = {
    details: 'Says what it could not check. Exit code 3 where something is invalid.',
    examples: [
      ['Check the working tree', 'm3forge validate'],
      ['Check a tag, for a program', 'm3forge validate --ref v1.2.0 --json'],
    ] as [string, string][],
  };

  readonly ref = valueFlag('--ref', 'REF', 'a branch, tag or commit in the place of the working tree');
  readonly json = switchFlag('--json', 'the findings as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { validate } = await loadOperations();
    const outcome = await validate(context, { ref: this.ref });
    return present(invocation, outcome, this.json, (validation) => {
      if (this.json) output.json(validationJson(validation));
      else output.result(validationText(validation, output.style));
      output.annotate(annotationsOf(validation.diagnostics));
      return exitCodeOf(validation.diagnostics);
    });
  }
}
