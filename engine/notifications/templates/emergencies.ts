import type { Happening } from '../../state/index.ts';
import { counted } from '../../values/index.ts';
import { factsOf, releaseFacts, subjectOf, type Telling, textOf } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

/** `3 gates are skipped, and 2 approvals replaced` */
const passedOver = ({ gates_skipped: gates, approvals_replaced: approvals }: Of<'emergency_started'>): string => {
  const skipped = gates.length === 0 ? 'no gate is skipped' : `skipped are ${gates.join(', ')}`;
  return approvals === 0 ? skipped : `${skipped}; ${counted(approvals, 'approval')} replaced by this`;
};

export const emergencyStarted = (of: Of<'emergency_started'>): Telling => ({
  tone: 'alarm',
  thread: of.release,
  title: `${of.target}: EMERGENCY, ${subjectOf(of).replace(/^T/, 't')} has begun without its gates`,
  facts: releaseFacts(of),
  text: textOf(of.reason, `${passedOver(of).replace(/^./, (first) => first.toUpperCase())}.`),
  commands: [`m3forge show ${of.release.slice(0, 8)}`],
  // Whoever is on call should know; the success of the release closes it.
  alert: 'open',
});

const about = (of: Of<'review_opened'> | Of<'review_closed'>): Pick<Telling, 'thread' | 'facts'> => ({
  thread: of.review,
  facts: factsOf({
    target: of.target,
    environment: of.environment,
    version: of.version,
    gates: of.gates.join(', '),
    'declared by': of.by,
    release: of.review.slice(0, 8),
  }),
});

export const reviewOpened = (of: Of<'review_opened'>): Telling => ({
  ...about(of),
  tone: 'news',
  title: `${of.target}: ${of.version} has yet to pass its gates`,
  text: 'Until then no ordinary release begins there.',
  commands: [`m3forge review close ${of.review.slice(0, 8)}`],
});

const endings: Readonly<Record<Of<'review_closed'>['outcome'], string>> = {
  passed: 'has passed its gates after the emergency',
  superseded: 'is not active any more, so there is nothing to review',
  not_active: 'did not stay active, so there is nothing to review',
};

export const reviewClosed = (of: Of<'review_closed'>): Telling => ({
  ...about(of),
  tone: of.outcome === 'passed' ? 'success' : 'news',
  title: `${of.target}: ${of.version} ${endings[of.outcome]}`,
  text: textOf(`Closed by ${of.closed_by}.`, of.comment),
  commands: [],
});
