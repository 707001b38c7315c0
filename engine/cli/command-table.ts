import type { CommandEntry } from './command-entry.ts';
import { changing } from './table/changing.ts';
import { keeping } from './table/keeping.ts';
import { looking } from './table/looking.ts';
import { notifying } from './table/notifying.ts';
import { people } from './table/people.ts';
import { pullRequests } from './table/pull-requests.ts';
import { releasing } from './table/releasing.ts';
import { versioning } from './table/versioning.ts';
import { writing } from './table/writing.ts';

/** Every command there is, in the order in which help lists them. */
export const commandTable: readonly CommandEntry[] = [
  ...writing,
  ...releasing,
  ...changing,
  ...versioning,
  ...pullRequests,
  ...looking,
  ...notifying,
  ...people,
  ...keeping,
];
