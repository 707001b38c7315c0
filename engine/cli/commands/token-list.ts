import { switchFlag } from '../flags.ts';
import { present, SessionCommand } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { tokenList } from '../views/tokens.ts';

export class TokenListCommand extends SessionCommand {
  static override usage = {
    details: 'Expired and revoked ones too, newest first; nothing that anybody could use. For an admin.',
    examples: [['All that there ever were', 'm3forge token list']] as [string, string][],
  };

  readonly json = switchFlag('--json', 'as JSON');

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { listAllTokens } = await loadOperations();
    const outcome = await listAllTokens(context, { lockTimeoutMs: this.lockTimeoutMs });
    return present(invocation, outcome, this.json, (tokens) => {
      if (this.json) output.json(tokens);
      else output.result(tokenList(tokens, output.style));
      return undefined;
    });
  }
}
