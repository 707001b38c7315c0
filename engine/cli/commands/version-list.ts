import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { versionList } from '../views/versions.ts';

export class VersionListCommand extends SessionCommand {
  static override usage = {
    details: 'The highest first. Tags that somebody else made and pushed are versions too.',
    examples: [['All of them', 'm3forge version list']] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listVersions } = await loadOperations();
    const outcome = await listVersions(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (versions) => {
      if (this.json) output.json(versions);
      else output.result(versionList(versions, output.style));
      return undefined;
    });
  }
}
