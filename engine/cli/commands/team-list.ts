import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { teamList } from '../views/team.ts';

export class TeamListCommand extends SessionCommand {
  static override usage = {
    details: `Each with the role that really holds: the stricter of what is recorded and what the file says. Whoever is new in
the file has none until that was recorded.`,
    examples: [
      ['Everybody', 'm3forge team list'],
      ['What each may do, and where', 'm3forge team list --json'],
    ] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listTeam } = await loadOperations();
    const outcome = await listTeam(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (team) => {
      if (this.json) output.json(team);
      else output.result(teamList(team, output.style));
      return undefined;
    });
  }
}
