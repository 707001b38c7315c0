import type { Project } from 'ts-morph';
import { type DiagnosticCode, diagnosticCodes } from '../engine/diagnostics/index.ts';
import { type Usage, usagesOf } from './diagnostic-usage.ts';
import { code, page, table } from './markdown.ts';
import type { Output } from './output.ts';
import { remedies } from './remedies.ts';

/** A hint as one sentence after another: commands that stand alone on a line become code. */
const inText = (hint: string): string =>
  hint
    .split('\n')
    .map((line) => (/^ {2,}\S/.test(line) ? code(line.trim()) : line.trim()))
    .filter((line) => line !== '')
    .join(' ');

/** The remedy of a code: said for all of its cases in the table of remedies, otherwise as the program says it. */
export const remedyOf = (name: DiagnosticCode, usage: Usage | undefined): string | undefined => {
  const told = remedies[name] ?? usage?.hints.slice(0, 3).map(inText).join(' Or: ');
  return told === '' ? undefined : told;
};

const rowsOf = (usages: ReadonlyMap<string, Usage>): readonly (readonly string[])[] => {
  const names = (Object.keys(diagnosticCodes) as DiagnosticCode[]).sort();
  const untold = names.filter((name) => remedyOf(name, usages.get(name)) === undefined);
  if (untold.length > 0) throw new Error(`schemas/remedies.ts does not say what to do about ${untold.join(', ')}`);
  return names.map((name) => {
    const usage = usages.get(name);
    const { summary, exit } = diagnosticCodes[name];
    const severity = [...(usage?.severities ?? ['error'])].sort().join(' or ');
    // A code that is only ever a warning ends no command.
    return [
      code(name),
      severity,
      severity === 'warning' ? '' : String(exit),
      `${summary}.`,
      remedyOf(name, usage) ?? '',
    ];
  });
};

/** Every code that a diagnostic can have. */
export const diagnosticReference = (project: Project): Output => ({
  path: 'docs/reference/diagnostics.md',
  text: page([
    '# Diagnostics',
    `The code of a message stands in brackets behind its heading, and under \`code\` in machine output. It never changes its
meaning. The exit code is that of a command which ends with it as an error; a warning stops nothing. \`…\` stands for a name
or a number of the case at hand.`,
    table(['code', 'severity', 'exit', 'meaning', 'what to do'], rowsOf(usagesOf(project))),
  ]),
});
