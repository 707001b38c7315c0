import type { Notice } from '../../provider/index.ts';
import type { AskedFacts, ReleaseFacts } from '../../state/index.ts';

/** What a template makes of something that happened. */
export interface Telling extends Pick<Notice, 'tone' | 'title' | 'facts' | 'commands' | 'text'> {
  /** What else is told in one go with it. */
  readonly thread: string;
  /** Whether the target is in order by this; undefined where it says nothing about that. */
  readonly alert?: 'open' | 'close';
}

/** Facts that are there. */
export const factsOf = (facts: Readonly<Record<string, string | number | null | undefined>>): Telling['facts'] =>
  Object.entries(facts).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as const],
  );

/** Texts that are there, as one. */
export const textOf = (...parts: readonly (string | null | undefined)[]): string | undefined =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join('\n') || undefined;

const nouns = { release: 'release', rollback: 'rollback', restore: 'restore' } as const;

/** `The release of v1.3.0`, `The rollback to v1.2.0`. */
export const subjectOf = ({ kind, version }: Pick<ReleaseFacts, 'kind' | 'version'>): string =>
  kind === 'rollback' ? `The rollback to ${version}` : `The ${nouns[kind]} of ${version}`;

/** `production: The release of v1.3.0`; of the configuration alone `production: The change of its configuration`. */
export const askedOf = ({ kind, target, version }: Pick<AskedFacts, 'kind' | 'target' | 'version'>): string => {
  if (kind !== 'configuration') return `${target ?? ''}: ${subjectOf({ kind, version })}`;
  return target === null
    ? 'The change of the configuration that several targets share'
    : `${target}: The change of its configuration`;
};

/** What is good to know of any release. */
export const releaseFacts = (of: AskedFacts): Telling['facts'] =>
  factsOf({
    target: of.target,
    environment: of.environment,
    version: of.version,
    before: of.from,
    by: of.by,
    release: of.release.slice(0, 8),
  });

export const logsOf = ({ release }: Pick<ReleaseFacts, 'release'>): string => `m3forge logs ${release}`;
