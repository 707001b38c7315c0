import type { Happening } from '../../state/index.ts';
import { factsOf, type Telling } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

const heldTargets = ({ target, environment }: Pick<Of<'hold_added'>, 'target' | 'environment'>): string =>
  target ?? (environment === null ? 'every one' : `every one of ${environment}`);

const addedTitle = ({ target, environment, begins }: Of<'hold_added'>): string => {
  const to = target ?? environment;
  const stopped = begins === null ? 'stopped' : `stopped from ${begins}`;
  return to === null ? `Every release is ${stopped}` : `Releases to ${to} are ${stopped}`;
};

export const holdAdded = (of: Of<'hold_added'>): Telling => ({
  tone: 'news',
  thread: of.hold,
  title: addedTitle(of),
  facts: factsOf({ target: heldTargets(of), from: of.begins, until: of.until, by: of.by, hold: of.hold.slice(0, 8) }),
  text: of.reason,
  commands: [`m3forge hold lift ${of.hold.slice(0, 8)} --reason TEXT`],
});

const liftedTitle = ({ target, environment, version }: Of<'hold_lifted'>): string => {
  if (version !== null) return `${target} may go to ${version} again`;
  const to = target ?? environment;
  return to === null ? 'Releases may go on' : `Releases to ${to} may go on`;
};

export const holdLifted = (of: Of<'hold_lifted'>): Telling => ({
  tone: 'news',
  thread: of.hold,
  title: liftedTitle(of),
  facts: factsOf({
    target: heldTargets(of),
    version: of.version,
    'was held for': of.held_for,
    by: of.by,
    hold: of.version === null ? of.hold.slice(0, 8) : null,
  }),
  text: of.reason,
  commands: [],
});
