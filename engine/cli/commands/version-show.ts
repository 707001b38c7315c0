import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { versionDetails } from '../views/versions.ts';

export class VersionShowCommand extends SessionCommand {
  static override usage = {
    details: 'Its commit and artifacts, who made it and why it has its number, its release notes, and where it went.',
    examples: [['All about one version', 'm3forge version show v1.2.0']] as [string, string][],
  };

  readonly version = Option.String({ name: 'VERSION' });
  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { showVersion } = await loadOperations();
    const outcome = await showVersion(context, { version: this.version, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (version) => {
      if (this.json) output.json(version);
      else output.result(versionDetails(version, output.style));
      return undefined;
    });
  }
}
