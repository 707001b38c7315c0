import type { Happening } from '../../state/index.ts';
import { counted } from '../../values/index.ts';
import { factsOf, type Telling, textOf } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

/** So many addresses are named; how many there are is said in any case. */
const mostNamed = 20;

export const drift = (of: Of<'drift'>): Telling => ({
  tone: 'trouble',
  thread: of.target,
  title: `${of.target} was changed by hand: ${counted(of.addresses.length, 'artifact')}`,
  facts: factsOf({ target: of.target, environment: of.environment, version: of.version }),
  text: textOf(...of.addresses.slice(0, mostNamed), of.addresses.length > mostNamed ? '…' : undefined),
  commands: [`m3forge drift --target ${of.target}`],
});

export const publishPlanned = (of: Of<'publish_planned'>): Telling => ({
  tone: 'news',
  thread: of.target,
  title: `${of.target} is published at ${of.at}`,
  facts: factsOf({
    target: of.target,
    environment: of.environment,
    when: of.at,
    'time zone': of.timezone,
    version: of.version,
    'runs now': of.active,
  }),
  text: 'A schedule begins the release by itself. Whoever has a reason against it adds a hold.',
  commands: [`m3forge plan --target ${of.target}`, `m3forge hold add --target ${of.target} --reason TEXT`],
});

export const test = (of: Of<'test'>): Telling => ({
  tone: 'news',
  thread: of.target,
  title: `TEST: ${of.target} can be heard here`,
  facts: factsOf({ target: of.target, environment: of.environment, by: of.by }),
  text: 'Somebody tried whether notifications arrive. Nothing happened, and nothing is to be done.',
  commands: [],
});
