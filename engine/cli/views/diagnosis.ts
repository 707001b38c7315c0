import type { Diagnosis, Finding, Verdict } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { block, inline } from './escape.ts';
import type { Style } from './style.ts';

const widest = 'warning'.length;

const mark = (verdict: Verdict, style: Style): string => {
  const paint = { ok: style.green, warning: style.yellow, broken: style.red, skipped: style.dim }[verdict];
  return paint(verdict.padEnd(widest));
};

const findingLines = ({ check, verdict, detail, remedy }: Finding, style: Style): string => {
  const indent = ' '.repeat(widest + 2);
  const line = `${mark(verdict, style)}  ${style.bold(inline(check))}: ${inline(detail)}`;
  if (remedy === null) return line;
  const remedyLines = block(remedy).split('\n');
  return [line, ...remedyLines.map((one) => (one === '' ? '' : `${indent}${one}`))].join('\n');
};

const verdictOf = ({ findings }: Diagnosis, style: Style): string => {
  const count = (verdict: Verdict): number => findings.filter((one) => one.verdict === verdict).length;
  const [broken, warnings] = [count('broken'), count('warning')];
  if (broken > 0) {
    const also = warnings > 0 ? `, and ${counted(warnings, 'warning')}` : '';
    return style.red(`${broken} broken${also}.`);
  }
  return warnings > 0 ? style.yellow(`Works, with ${counted(warnings, 'warning')}.`) : style.green('All in order.');
};

/** What was looked at, line by line, each with its remedy, and what it comes to. */
export const diagnosisText = (diagnosis: Diagnosis, style: Style): string =>
  [...diagnosis.findings.map((one) => findingLines(one, style)), '', verdictOf(diagnosis, style)].join('\n');
