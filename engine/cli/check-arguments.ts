import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import type { Flag } from './flags.ts';

interface Usage {
  /** The command's words, such as `backup list`. */
  readonly path: string;
  readonly flags: readonly Flag[];
}

const unknownFlag = (name: string, { path, flags }: Usage): Diagnostic => {
  const known = flags.flatMap(({ names }) => names);
  const long = name.startsWith('--') ? name : `-${name}`;
  const near = known.includes(long) ? long : closest(long, known);
  return problem('usage-flag-unknown', {
    detail: `"m3forge ${path}" has no flag ${name}.`,
    hint: near ? `Did you mean ${near}?` : `Its flags are listed by:\n\n    m3forge ${path} --help`,
  });
};

/** Judges one flag as it was written; `next` is the argument after it. */
const checkFlag = (argument: string, next: string | undefined, flag: Flag, seen: Set<Flag>): readonly Diagnostic[] => {
  const equals = argument.indexOf('=');
  const name = equals === -1 ? argument : argument.slice(0, equals);
  const found: Diagnostic[] = [];
  if (seen.has(flag) && !flag.repeatable) {
    found.push(problem('usage-flag-repeated', { detail: `${name} is given more than once; it counts only once.` }));
  }
  seen.add(flag);
  if (flag.value === undefined && equals !== -1) {
    found.push(problem('usage-flag-value', { detail: `${name} takes no value.`, hint: `Write ${name} alone.` }));
  }
  if (flag.value === undefined || flag.bound) return found;
  const missing = equals === -1 ? next === undefined || next.startsWith('-') : argument.length === equals + 1;
  if (missing) {
    const hint = `Write ${name} ${flag.value}${next?.startsWith('-') ? `, or ${name}=${flag.value} for a value that begins with a dash` : ''}.`;
    found.push(problem('usage-flag-value', { detail: `${name} needs a value.`, hint }));
  }
  return found;
};

/**
 * Finds flags that the command does not have, that lack a value or have one too many, or that are given twice: everything
 * that would otherwise be understood as something else than was meant. Pure.
 */
export const checkFlags = (args: readonly string[], usage: Usage): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  const seen = new Set<Flag>();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '--') break;
    if (!argument.startsWith('-') || argument === '-') continue;
    const name = argument.split('=')[0] ?? '';
    const flag = usage.flags.find(({ names }) => names.includes(name));
    if (!flag) {
      found.push(unknownFlag(name, usage));
      continue;
    }
    const next = args[index + 1];
    found.push(...checkFlag(argument, next, flag, seen));
    if (flag.value !== undefined && !flag.bound && name === argument && next !== undefined && !next.startsWith('-')) {
      index += 1;
    }
  }
  return found;
};

/** What clipanion complained about, once the flags are known to be in order: the arguments that stand alone. */
export const argumentProblem = (path: string, message: string): Diagnostic => {
  const extra = /Extraneous positional argument \((".*")\)/.exec(message)?.[1];
  const missing = message.includes('Not enough positional arguments');
  return problem('usage-arguments', {
    detail: extra
      ? `"m3forge ${path}" does not know what to do with ${extra}.`
      : missing
        ? `"m3forge ${path}" needs one argument more.`
        : `"m3forge ${path}" cannot be called like this.`,
    hint: `How it is called is shown by:\n\n    m3forge ${path} --help`,
  });
};
