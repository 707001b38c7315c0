import { describe, expect, test } from 'vitest';
import { ageOf, type PreviewStamp, stamped } from '../../engine/operations/preview-stamp.ts';

const marker = '<!-- m3forge:plan:invoices -->';
const [head, pushed, base, later] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(40));
const noon = new Date('2026-11-28T12:00:00Z');
const minutesOn = (minutes: number): Date => new Date(noon.getTime() + minutes * 60_000);

const ours: PreviewStamp = { head: head ?? '', base: base ?? '', into: 'main', at: noon };

interface World {
  /** Whether the pull request still is what ours was made for. */
  readonly current?: boolean;
  /** Commits from the first to the last, as far as this clone has them. */
  readonly history?: readonly (string | undefined)[];
  readonly now?: Date;
}

/** How a comment with this stamp compares with ours. */
const age = (theirs: Partial<PreviewStamp>, { current = true, history = [base, later], now = noon }: World = {}) =>
  ageOf(ours, stamped(`${marker}\n\n## m3forge`, marker, { ...ours, ...theirs }), {
    now,
    isCurrent: () => Promise.resolve(current),
    isBefore: (commit, of) =>
      Promise.resolve(
        [commit, of].every((one) => history.includes(one)) ? history.indexOf(commit) <= history.indexOf(of) : undefined,
      ),
  });

describe('the preview that stands there', () => {
  test.each<readonly [string, Partial<PreviewStamp>, World, string]>([
    ['of another head, where the pull request has ours', { head: pushed ?? '', at: minutesOn(5) }, {}, 'older'],
    ['of another head, where it does not', { head: pushed ?? '', at: minutesOn(-5) }, { current: false }, 'newer'],
    ['into another branch, where it goes into ours', { into: 'release', at: minutesOn(5) }, {}, 'older'],
    ['into another branch, where it does not', { into: 'release' }, { current: false }, 'newer'],
    ['onto a later base, although begun before', { base: later ?? '', at: minutesOn(-5) }, {}, 'newer'],
    [
      'onto an earlier base, although begun later',
      { base: later ?? '', at: minutesOn(5) },
      { history: [later, base] },
      'older',
    ],
    [
      'onto a base that is not here, begun before',
      { base: later ?? '', at: minutesOn(-5) },
      { history: [base] },
      'older',
    ],
    [
      'onto a base that is not here, begun later',
      { base: later ?? '', at: minutesOn(5) },
      { history: [base] },
      'newer',
    ],
    ['onto a base that was taken back, hours ago', { base: later ?? '', at: minutesOn(-90) }, {}, 'older'],
    ['onto the same base, begun before', { at: minutesOn(-1) }, {}, 'older'],
    ['onto the same base, begun later', { at: minutesOn(1) }, {}, 'newer'],
    ['that is ours', {}, {}, 'same'],
    ['of times to come', { at: minutesOn(11) }, {}, 'unknown'],
  ])('%s', async (_, theirs, world, expected) => {
    expect(await age(theirs, world)).toBe(expected);
  });

  test.each([
    ['by an older m3forge', `${marker}\n\n## m3forge`],
    [
      'whose stamp stands in its text',
      `${marker}\n\n<!-- m3forge:of head=${head} base=${base} into=000000000000 at=x -->`,
    ],
    [
      'whose time is none',
      `${marker}\n<!-- m3forge:of head=${head} base=${base} into=000000000000 at=2026-99-99T99:99:99Z -->`,
    ],
  ])('%s says nothing of itself', async (_, body) => {
    const none = (): Promise<never> => Promise.reject(new Error('nothing is to be asked'));
    expect(await ageOf(ours, body, { now: noon, isCurrent: none, isBefore: none })).toBe('unknown');
  });
});

test('a branch of any name ends no comment of HTML, and a stamp is short', () => {
  const text = `${marker}\nbody`;
  const into = `--><img src=x>${'x'.repeat(5000)}`;
  const long = stamped(text, marker, { ...ours, head: 'a'.repeat(64), base: 'b'.repeat(64), into });
  expect(long).not.toContain('<img');
  expect(long.match(/-->/g)).toHaveLength(2);
  expect(long.length - text.length).toBeLessThanOrEqual(260);
});
