import type { Taken } from './process.ts';

export const sorted = (values: readonly number[]): readonly number[] => values.toSorted((left, right) => left - right);

export const medianOf = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? 0;

/** How often something is measured. */
export interface Repeats {
  readonly runs: number;
  /** The same for what is over at once: the machine's own unrest is a great part of such a time. */
  readonly shortRuns: number;
}

/** What can be done only once, or takes too long to be done again. */
export const once: Repeats = { runs: 1, shortRuns: 1 };

const shortMs = 500;

/** Does it so many times, one after the other, and says what each took. */
export const repeat = async (timed: () => Promise<Taken>, { runs, shortRuns }: Repeats): Promise<readonly Taken[]> => {
  const taken: Taken[] = [];
  while (taken.length < runs) taken.push(await timed());
  // Decided once, so that a time that is out of the way does not end the series.
  const isShort = medianOf(taken.map(({ wallMs }) => wallMs)) <= shortMs;
  while (isShort && taken.length < shortRuns) taken.push(await timed());
  return taken;
};
