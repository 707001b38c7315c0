import type { GatesReport, GateView, TargetGates } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { block, inline } from './escape.ts';
import type { Style } from './style.ts';
import { duration } from './words.ts';

/** What people are told of a verdict. */
export const verdictWords: Readonly<Record<GateView['verdict'], string>> = {
  pass: 'passed',
  warn: 'passed with a warning',
  fail: 'failed',
  skipped: 'not judged',
};

/** What a verdict rests on; before there were summaries, gates told how many errors and warnings they found. */
export const summaryOf = ({ summary, errors, warnings }: GateView['evidence']): string => {
  if (typeof summary === 'string') return summary;
  return typeof errors === 'number' && typeof warnings === 'number'
    ? `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
    : '';
};

/** So many findings of a gate are shown; `--json` has all. */
const mostFindings = 10;
const mostLines = 20;

const findingLine = ({ detail, address, file }: GateView['findings'][number]): string => {
  const where = [...(address === null ? [] : [address]), ...(file === null ? [] : [`at ${file}`])].join(' ');
  return `    ${inline(detail)}${where === '' ? '' : ` (${inline(where)})`}`;
};

/** What a gate that is worth a look has found, and the end of what its command printed. */
const detailLines = ({ gate, verdict, findings, output }: GateView): readonly string[] => {
  if (verdict === 'pass' || (findings.length === 0 && output === '')) return [];
  const more = findings.length - mostFindings;
  const lines = output === '' || verdict === 'warn' ? [] : block(output).split('\n').slice(-mostLines);
  return [
    '',
    `  ${inline(gate)}:`,
    ...findings.slice(0, mostFindings).map(findingLine),
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...lines.map((line) => `    | ${line}`.trimEnd()),
  ];
};

const targetText = ({ target, version, gates, passed, notes }: TargetGates, style: Style): string => {
  const head = style.bold(`${inline(target)}: ${version === null ? 'nothing to judge' : inline(version)}`);
  if (version === null || gates.length === 0) {
    const why = version === null ? notes.map(inline) : ['It has no gates.'];
    return [head, ...why.map((line) => `  ${line}`)].join('\n');
  }
  const table = columns(
    ['gate', 'verdict', 'took', 'because'],
    gates.map((one) => [one.gate, verdictWords[one.verdict], duration(one.duration_ms), summaryOf(one.evidence)]),
    style.bold,
  );
  const count = (wanted: GateView['verdict']): number => gates.filter(({ verdict }) => verdict === wanted).length;
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} not judged` : '';
  const end = passed
    ? style.green('A release would pass.')
    : style.red(`${counted(count('fail'), 'gate')} failed${skipped}.`);
  return [head, table.replaceAll(/^/gm, '  '), ...gates.flatMap(detailLines), '', `  ${end}`].join('\n');
};

export const gatesText = ({ targets }: GatesReport, style: Style): string =>
  targets.length === 0 ? 'No target was judged.' : targets.map((one) => targetText(one, style)).join('\n\n');
