import type { Happening, ReleaseFacts } from '../../state/index.ts';
import { logsOf, releaseFacts, subjectOf, type Telling, textOf } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

/** What is told of one release belongs together. */
const about = (of: ReleaseFacts): Pick<Telling, 'facts' | 'thread'> => ({
  facts: releaseFacts(of),
  thread: of.release,
});

const active = (version: string | null): string => `${version ?? 'Nothing'} is active.`;

export const started = (of: Of<'started'>): Telling => ({
  ...about(of),
  tone: 'news',
  title: `${of.target}: ${subjectOf(of)} has begun`,
  text: textOf(of.reason),
  commands: [],
});

const successTitles: Readonly<Record<ReleaseFacts['kind'], (of: ReleaseFacts) => string>> = {
  release: ({ target, version }) => `${target} runs ${version}`,
  rollback: ({ target, version, from }) => `${target} was rolled back to ${version}${from ? ` from ${from}` : ''}`,
  restore: ({ target, version }) => `${target} runs ${version}, restored from a backup`,
};

export const succeeded = (of: Of<'succeeded'>): Telling => ({
  ...about(of),
  tone: 'success',
  title: successTitles[of.kind](of),
  text: textOf(of.reason),
  commands: [],
  alert: 'close',
});

/** What failed may be active all the same, where it was asked to stay. */
const isWrongActive = ({ active: now, version, from }: ReleaseFacts & { readonly active: string | null }): boolean =>
  now === version && version !== from;

export const failed = (of: Of<'failed'>): Telling => ({
  ...about(of),
  tone: isWrongActive(of) ? 'alarm' : 'trouble',
  title: `${of.target}: ${subjectOf(of)} failed${isWrongActive(of) ? ' and stays active' : ''}`,
  text: textOf(`In step "${of.failure.step}": ${of.failure.message}`, active(of.active)),
  commands: [logsOf(of)],
  alert: 'open',
});

export const rolledBack = (of: Of<'rolled_back'>): Telling => ({
  ...about(of),
  tone: 'trouble',
  title: `${of.target}: ${subjectOf(of)} failed and went back${of.active === null ? '' : ` to ${of.active}`}`,
  text: textOf(of.failure.message, active(of.active)),
  commands: [logsOf(of)],
  alert: 'open',
});

export const rollbackFailed = (of: Of<'rollback_failed'>): Telling => ({
  ...about(of),
  tone: 'alarm',
  title: `${of.target}: ${subjectOf(of)} failed and could not go back`,
  text: textOf(of.failure.message, active(of.active)),
  commands: [logsOf(of), `m3forge status --target ${of.target}`],
  alert: 'open',
});

const outcomes: Readonly<Record<Of<'recovered'>['outcome'], string>> = {
  succeeded: 'was left unfinished, and was finished',
  failed: 'was left unfinished, and failed',
  rolled_back: 'was left unfinished, and went back',
};

export const recovered = (of: Of<'recovered'>): Telling => ({
  ...about(of),
  tone: of.outcome === 'succeeded' ? 'success' : isWrongActive(of) ? 'alarm' : 'trouble',
  title: `${of.target}: ${subjectOf(of)} ${outcomes[of.outcome]}`,
  text: textOf(`Recovered by ${of.recovered_by}: ${of.why}`, active(of.active)),
  commands: [logsOf(of)],
  alert: of.outcome === 'succeeded' ? 'close' : 'open',
});
