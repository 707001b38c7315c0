import type { Diagnostic } from '../../diagnostics/index.ts';
import { inline } from './escape.ts';

/** What says how a release ended; what follows says why, and stands in its detail already. */
const endings: ReadonlySet<Diagnostic['code']> = new Set([
  ...(['release-failed', 'release-kept', 'release-return-failed', 'release-interrupted'] as const),
]);

const withCauses = (ending: Diagnostic, causes: readonly Diagnostic[]): Diagnostic => {
  const lines = causes.map(({ code, summary, detail }) => {
    const known = ending.detail.includes(detail.replace(/\.+$/, ''));
    return `Cause: ${inline(summary)}${known ? '' : `: ${inline(detail)}`} [${code}]`;
  });
  // A cause often says to read the log too, which the ending says once for all of them.
  const hints = [ending, ...causes].flatMap(({ hint }) => (hint === undefined ? [] : [hint]));
  const commandOf = (hint: string): string => /^ {4}.+$/m.exec(hint)?.[0] ?? hint;
  const unique = [...new Map(hints.toReversed().map((hint) => [commandOf(hint), hint])).values()].toReversed();
  return {
    ...ending,
    detail: [ending.detail, ...lines].join('\n'),
    ...(unique.length > 0 && { hint: unique.join('\n\n') }),
  };
};

/** Puts the causes of a failed release under it, so that people read one box for one failure. Pure. */
export const foldCauses = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const folded: Diagnostic[] = [];
  for (let index = 0; index < diagnostics.length; ) {
    const first = diagnostics[index];
    if (!first) break;
    const rest = diagnostics.slice(index + 1);
    const end = endings.has(first.code)
      ? rest.findIndex(({ code, severity }) => endings.has(code) || severity !== 'error')
      : 0;
    const causes = end === -1 ? rest : rest.slice(0, end);
    folded.push(causes.length > 0 ? withCauses(first, causes) : first);
    index += 1 + causes.length;
  }
  return folded;
};
