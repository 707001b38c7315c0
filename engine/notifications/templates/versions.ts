import type { Happening } from '../../state/index.ts';
import { factsOf, type Telling } from './telling.ts';

type Of<Event extends Happening['event']> = Extract<Happening, { readonly event: Event }>;

export const versionCreated = (of: Of<'version_created'>): Telling => ({
  tone: 'news',
  thread: of.version,
  title: `${of.version} was made`,
  facts: factsOf({ version: of.version, follows: of.base, rise: of.bump, commit: of.commit.slice(0, 12), by: of.by }),
  text: undefined,
  commands: [`m3forge version show ${of.version}`],
});

export const versionDeprecated = (of: Of<'version_deprecated'>): Telling => ({
  tone: 'trouble',
  thread: of.version,
  title: `${of.version} was deprecated`,
  facts: factsOf({ version: of.version, by: of.by }),
  text: of.reason,
  commands: [`m3forge version show ${of.version}`],
});
