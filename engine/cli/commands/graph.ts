import { type Diagnostic, problem } from '../../diagnostics/index.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import { ForgeCommand, present } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { dotGraph, mermaidGraph } from '../views/graph.ts';

const formats = { mermaid: mermaidGraph, dot: dotGraph } as const;

const isFormat = (text: string): text is keyof typeof formats => Object.hasOwn(formats, text);

export class GraphCommand extends ForgeCommand {
  static override usage = {
    details: `Which version goes to which target, into which environment, and which gateways read that: from the configuration
alone. Mermaid is what forges draw in Markdown; dot is for Graphviz.`,
    examples: [
      ['For a page in Markdown', 'm3forge graph'],
      ['For Graphviz', 'm3forge graph --format dot > estate.dot'],
    ] as [string, string][],
  };

  readonly format = valueFlag('--format', 'mermaid|dot', 'the language of the graph; default mermaid');
  readonly json = switchFlag('--json', 'nodes and edges as JSON');

  protected override problems(): readonly Diagnostic[] {
    const { format } = this;
    if (format !== undefined && !isFormat(format)) {
      const hint = `It can be ${Object.keys(formats).join(' or ')}.`;
      return [problem('usage-flag-value', { detail: `--format is "${format}".`, hint })];
    }
    return format !== undefined && this.json
      ? [problem('usage-flags-conflict', { detail: '--format and --json do not go together.' })]
      : [];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context } = invocation;
    const { graph } = await loadOperations();
    const { format = 'mermaid' } = this;
    return present(invocation, await graph(context), this.json, (estate) => {
      if (this.json) output.json(estate);
      else if (isFormat(format)) output.result(formats[format](estate));
      return undefined;
    });
  }
}
