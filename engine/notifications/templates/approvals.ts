import type { Happening } from '../../state/index.ts';
import { counted } from '../../values/index.ts';
import { askedOf, factsOf, releaseFacts, type Telling, textOf } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

type Count = Pick<Of<'approved'>, 'given' | 'needed'>;

const countOf = ({ given, needed }: Count): string => `${given} of ${needed}`;

export const approvalRequested = (of: Of<'approval_requested'>): Telling => ({
  tone: 'news',
  thread: of.release,
  title: `${askedOf(of)} waits for ${counted(of.needed - of.given, 'approval')}`,
  facts: [
    ...releaseFacts(of),
    ...factsOf({ approvals: countOf(of), approvers: of.approvers.join(', '), until: of.until }),
  ],
  text: textOf(of.reason),
  commands: [`m3forge explain ${of.release}`, `m3forge approve ${of.release}`],
});

export const approved = (of: Of<'approved'>): Telling => ({
  tone: 'news',
  thread: of.release,
  title: `${askedOf(of)} was approved by ${of.approver}${of.given >= of.needed ? '' : `, ${countOf(of)}`}`,
  facts: [...releaseFacts(of), ...factsOf({ approvals: countOf(of) })],
  text: textOf(of.comment),
  commands: [],
});

export const rejected = (of: Of<'rejected'>): Telling => ({
  tone: 'trouble',
  thread: of.release,
  title: `${askedOf(of)} was rejected by ${of.approver}`,
  facts: releaseFacts(of),
  text: textOf(of.comment),
  commands: [],
});

export const cancelled = (of: Of<'cancelled'>): Telling => ({
  tone: 'news',
  thread: of.release,
  title: `${askedOf(of)} was taken back by ${of.canceller}`,
  facts: releaseFacts(of),
  text: textOf(of.why),
  commands: [],
});

export const expired = (of: Of<'expired'>): Telling => ({
  tone: 'trouble',
  thread: of.release,
  title: `${askedOf(of)} was not approved in time`,
  facts: [...releaseFacts(of), ...factsOf({ approvals: countOf(of) })],
  text: 'It was rejected by itself.',
  commands: [],
});

export const superseded = (of: Of<'superseded'>): Telling => ({
  tone: 'news',
  thread: of.release,
  title: `${askedOf(of)} gave way to a later one`,
  facts: [...releaseFacts(of), ...factsOf({ 'superseded by': of.superseded_by?.slice(0, 8) })],
  text: textOf(of.reason),
  commands: [],
});
