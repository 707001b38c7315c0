import { Option } from 'clipanion';
import { targetNames } from '../../config/index.ts';
import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { closest } from '../../documents/index.ts';
import { switchFlag } from '../flags.ts';
import { ForgeCommand } from '../forge-command.ts';
import type { Invocation } from '../invocation.ts';
import { type CompletedCommand, completedCommands, type Shell, shells } from '../views/completion.ts';
import { bashCompletion } from '../views/completion-bash.ts';
import { fishCompletion } from '../views/completion-fish.ts';
import { zshCompletion } from '../views/completion-zsh.ts';

const scripts: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const isShell = (text: string): text is Shell => shells.some((shell) => shell === text);

const unknownShell = (text: string): Diagnostic => {
  const near = closest(text, shells);
  return problem('completion-shell-unknown', {
    detail: `There is no completion for "${text}".`,
    hint: near ? `Did you mean ${near}?` : `It can be ${shells.join(', ')}.`,
  });
};

export class CompletionCommand extends ForgeCommand {
  static override usage = {
    details: `Completes commands, flags and their values, paths, and the names of the targets of the configuration. For good:
source it in ~/.bashrc or ~/.zshrc, or write it to ~/.config/fish/completions/m3forge.fish.`,
    examples: [
      ['In bash, for this session', 'source <(m3forge completion bash)'],
      ['What the scripts ask for', 'm3forge completion --targets'],
    ] as [string, string][],
  };

  readonly shell = Option.String({ name: 'SHELL', required: false });
  readonly targets = switchFlag('--targets', 'print the names of the targets instead, one on a line');

  protected override problems(): readonly Diagnostic[] {
    const { shell, targets } = this;
    if (shell !== undefined && targets) {
      return [problem('usage-flags-conflict', { detail: 'A shell and --targets do not go together.' })];
    }
    if (shell === undefined) {
      const hint = `Name the shell: ${shells.join(', ')}.`;
      return targets ? [] : [problem('usage-arguments', { detail: 'The shell is missing.', hint })];
    }
    return isShell(shell) ? [] : [unknownShell(shell)];
  }

  protected async perform({ output, context }: Invocation): Promise<number> {
    const { shell } = this;
    if (shell !== undefined && isShell(shell)) {
      output.result(scripts[shell](completedCommands(await this.context.commands())));
      return 0;
    }
    // Asked at each press of a key: without the operations, which bring everything else along.
    const names = await targetNames(context.system, context.location);
    if (names.length > 0) output.result(names.join('\n'));
    return 0;
  }
}
