import { Option } from 'clipanion';

// What a flag's value is called, and whether the flag may be repeated, stands before the colon of its description: that is
// the one text clipanion keeps with an option, and help and the check for repeated flags both need it.

/** A flag with one value, such as `--out FILE`. */
export const valueFlag = (names: string, value: string, description: string) =>
  Option.String(names, { description: `${value}: ${description}` });

/** A flag that the command cannot do without. */
export const requiredFlag = (names: string, value: string, description: string) =>
  Option.String(names, { description: `${value}: ${description} (required)` });

/** A flag that may be repeated, each time with one value. */
export const listFlag = (names: string, value: string, description: string) =>
  Option.Array(names, [], { description: `${value}…: ${description}` });

/** A flag without a value. */
export const switchFlag = (names: string, description: string) =>
  Option.Boolean(names, false, { description: `: ${description}` });

/** A flag that is on, or `=false`. */
export const choiceFlag = (names: string, value: string, description: string) =>
  Option.String(names, { description: `=${value}: ${description}`, tolerateBoolean: true });

/** A flag as help shows it and as arguments are checked against it. */
export interface Flag {
  readonly names: readonly string[];
  /** What its value is called; undefined for a flag without one. */
  readonly value: string | undefined;
  /** The value is written after `=` only, never as the next argument. */
  readonly bound: boolean;
  readonly repeatable: boolean;
  readonly description: string;
}

/** Reads the flags of a command back from what clipanion knows of its options. */
export const flagsOf = (
  options: readonly { readonly definition: string; readonly description?: string }[],
): readonly Flag[] =>
  options.map(({ definition, description = '' }) => {
    const [, bound, value, more, text] = /^(=?)([^:…]*)(…?): (.*)$/s.exec(description.trim()) ?? [];
    return {
      names: definition.split(' ')[0]?.split(',') ?? [],
      value: value === '' ? undefined : value,
      bound: bound === '=',
      repeatable: more === '…',
      description: text ?? '',
    };
  });
