import { Option } from 'clipanion';
import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { tokenRevoked } from '../views/tokens.ts';

export class TokenRevokeCommand extends SessionCommand {
  static override usage = {
    details: `TOKEN is an id of "m3forge token list". Nobody can use the token from then on. Whoever has no token left that was
not revoked is known by name alone again. For an admin. Recorded in the audit trail.`,
    examples: [['One that was lost', 'm3forge token revoke 5b1c8f0a2d7e']] as [string, string][],
  };

  readonly token = Option.String({ name: 'TOKEN' });
  readonly json = switchFlag('--json', 'as JSON');
  protected override readonly access = 'write';

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { revokeToken } = await loadOperations();
    const outcome = await revokeToken(context, { id: this.token, lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (token) => {
      if (this.json) output.json(token);
      else output.result(tokenRevoked(token));
      return undefined;
    });
  }
}
