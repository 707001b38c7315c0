import type { Happening } from '../../state/index.ts';
import { factsOf, type Telling } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

export const holdAdded = (of: Of<'hold_added'>): Telling => ({
  tone: 'news',
  thread: of.hold,
  title: of.target === null ? 'Every release is stopped' : `Releases to ${of.target} are stopped`,
  facts: factsOf({ target: of.target ?? 'every one', until: of.until, by: of.by, hold: of.hold.slice(0, 8) }),
  text: of.reason,
  commands: [`m3forge hold lift ${of.hold.slice(0, 8)} --reason TEXT`],
});

const liftedTitle = ({ target, version }: Of<'hold_lifted'>): string => {
  if (version !== null) return `${target} may go to ${version} again`;
  return target === null ? 'Releases may go on' : `Releases to ${target} may go on`;
};

export const holdLifted = (of: Of<'hold_lifted'>): Telling => ({
  tone: 'news',
  thread: of.hold,
  title: liftedTitle(of),
  facts: factsOf({
    target: of.target ?? 'every one',
    version: of.version,
    'was held for': of.held_for,
    by: of.by,
    hold: of.version === null ? of.hold.slice(0, 8) : null,
  }),
  text: of.reason,
  commands: [],
});
