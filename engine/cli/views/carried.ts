import type { Carried, CarriedChange } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { shortId } from './words.ts';

/** Changes that are listed; of more than these `--json` tells. */
const mostChanges = 30;

const numberOf = ({ commit, pull_request: number }: CarriedChange): string =>
  number === null ? commit.slice(0, 12) : `#${number}`;

/** What is known not to be told. */
const missingFrom = ({ changes, left_out: leftOut, complete }: Carried): readonly string[] => [
  ...(changes.length > mostChanges
    ? [`… and ${counted(changes.length - mostChanges, 'more change')}, all with --json`]
    : []),
  ...(leftOut > 0 ? [`… and ${counted(leftOut, 'older change')} that nobody recorded`] : []),
  ...(complete ? [] : ['What the tags of others bring is known only where their history is.']),
];

/** Changes with the change sets that they are in, each line indented; empty where there is nothing to tell. */
export const carriedLines = (heading: string, carried: Carried): readonly string[] => {
  const rows = carried.changes
    .slice(0, mostChanges)
    .map((change) => [
      ...[numberOf(change), change.title, change.author],
      change.change_set && `${change.change_set.name} (${shortId(change.change_set.id)})`,
    ]);
  const table = rows.length === 0 ? [] : columns(['change', 'title', 'author', 'change set'], rows).split('\n');
  const lines = [...table, ...missingFrom(carried)];
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  ${line}`)];
};

/** The numbers alone, for a table: `#342, #341`; null where there is nothing. */
export const carriedNumbers = ({ changes }: Carried): string | null =>
  changes.length === 0
    ? null
    : `${changes.slice(0, mostChanges).map(numberOf).join(', ')}${changes.length > mostChanges ? ` and ${changes.length - mostChanges} more` : ''}`;
