import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { ciWorkflowWritten } from '../views/ci-workflow.ts';

const details = `It is made for this configuration: with its targets, the variables that it needs, and the tags that are versions. A tag
releases to the targets whose triggers say so, and somebody can start a release to one that they choose. Tokens get the least rights, actions are pinned to commits, previews cancel each other and releases do not. A file that is
there and says something else stays as it is.`;

/** The same for each host, but for what its runners understand. */
abstract class CiCommand extends ForgeCommand {
  protected abstract readonly host: 'github' | 'gitea';

  readonly print = switchFlag('--print', 'print it, and write nothing');
  readonly force = switchFlag('--force', 'replace another file that is there');

  protected override problems(): readonly Diagnostic[] {
    return this.print && this.force
      ? [problem('usage-flags-conflict', { detail: '--print writes nothing, so there is nothing to --force.' })]
      : [];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { ciWorkflow } = await loadOperations();
    const request = { host: this.host, printOnly: this.print, force: this.force };
    return present(invocation, await ciWorkflow(context, request), false, (made) => {
      output.result(this.print ? made.text.trimEnd() : ciWorkflowWritten(made, output.style));
      return undefined;
    });
  }
}

export class CiGithubCommand extends CiCommand {
  static override usage = {
    details,
    examples: [
      ['See it first', 'm3forge ci github --print'],
      ['Write it', 'm3forge ci github'],
    ] as [string, string][],
  };

  protected readonly host = 'github';
}

export class CiGiteaCommand extends CiCommand {
  static override usage = {
    details,
    examples: [
      ['See it first', 'm3forge ci gitea --print'],
      ['Write it anew, after a change of the targets', 'm3forge ci gitea --force'],
    ] as [string, string][],
  };

  protected readonly host = 'gitea';
}
