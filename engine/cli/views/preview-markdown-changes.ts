import type { PreviewChange, PreviewDocument } from '../../preview/index.ts';
import { counted, shortened } from '../../values/index.ts';
import { detailLines } from './detail.ts';
import { fenced } from './escape.ts';
import { actionOf, symbols } from './plan-counts.ts';
import { graphBlock } from './preview-markdown-graph.ts';
import { bytesOf, code, cutLines, folded, named, sentence, within } from './preview-markdown-room.ts';
import { type Used, usedKinds } from './preview-words.ts';
import { plainStyle } from './style.ts';

const longestLine = 400;
const [name, words] = [within(600, code), within(900, sentence)];
const mostUsed = 20;
/** With less room than this there is no use in looking for what fits. */
const leastRoom = 120;
/** How much of the room lists of one line each may fill, so that what matters most is shown with its differences. */
const shareOfLines = 0.75;

/** One line for an artifact: what is done to it, and why. */
export const titleOf = (change: PreviewChange, breaking: ReadonlySet<string>): string => {
  const title = `${name(`${symbols[actionOf(change)]} ${change.address}`)} ${words(change.reason)}`;
  return breaking.has(change.address) && actionOf(change) === 'update' ? `${title} <strong>breaking</strong>` : title;
};

/** The addresses of what takes something from those who use it. */
export const breakingOf = ({ version }: PreviewDocument): ReadonlySet<string> =>
  new Set(version?.evidence.filter(({ bump }) => bump === 'major').map(({ address }) => address));

const isCosmetic = ({ detail }: PreviewChange): boolean => {
  if (!detail) return false;
  const { cosmetic, ...others } = detail.counts;
  return cosmetic > 0 && Object.values(others).every((count) => count === 0);
};

/** What reviewers must see first has the lowest number. */
const rankOf = (change: PreviewChange, breaking: ReadonlySet<string>): number => {
  if (actionOf(change) === 'create') return 2;
  if (isCosmetic(change)) return 3;
  return breaking.has(change.address) ? 0 : 1;
};

const usesOf = ({ uses }: PreviewChange): readonly string[] => {
  const show = ({ name: used, isChanged }: Used): string => `${name(used)}${isChanged ? ' (changes too)' : ''}`;
  const said = usedKinds(uses).map(([kind, used]) => `${kind} ${named(used, show, mostUsed)}`);
  return said.length === 0 ? [] : [`Uses ${said.join('; ')}`];
};

const aboutOf = (change: PreviewChange): string => [`From ${name(change.path)}`, ...usesOf(change)].join('\n\n');

/** As many lines of the difference as half of the room has place for: those that come after it are to have some as well. */
const differenceOf = ({ detail }: PreviewChange, room: number): string | undefined => {
  if (!detail) return undefined;
  const lines = detailLines(detail, plainStyle).map((line) => shortened(line, longestLine));
  if (lines.length === 0) return undefined;
  const cut = cutLines(lines, Math.max(room / 2, leastRoom), (left) => `… ${counted(left, 'more line')}`);
  return cut.lines.length > 1 ? fenced(cut.lines.join('\n')) : undefined;
};

interface Shown {
  readonly change: PreviewChange;
  readonly title: string;
  about?: string;
  graph?: string;
  difference?: string;
}

const blockOf = ({ title, about, graph, difference }: Shown): string => {
  if (about === undefined) return `- ${title}`;
  return folded(title, [about, graph, difference].filter((part) => part !== undefined).join('\n\n'));
};

/** What stands around a part: empty lines, and the elements that fold. */
const [aroundLine, aroundPart, aroundBlock] = [4, 2, bytesOf(folded('', ''))];

/** What is shown of each artifact, in at most so many bytes. */
export interface ShownChanges {
  readonly blocks: readonly string[];
  /** Those of which not even a line is there. */
  readonly hidden: number;
  /** Those of which there is more to see than is shown. */
  readonly shortened: number;
}

/**
 * Chooses what is shown of created and updated artifacts. Room is given to a line for each first, then to their
 * summaries, then to graphs, and to differences last, each time beginning with what matters most.
 */
export const chooseChanges = (document: PreviewDocument, most: number): ShownChanges => {
  const breaking = breakingOf(document);
  const changes = document.changes
    .filter((change) => actionOf(change) === 'create' || actionOf(change) === 'update')
    .map((change, index) => ({ change, index, rank: rankOf(change, breaking) }))
    .sort((left, right) => left.rank - right.rank || left.index - right.index);
  let room = most;
  const take = (text: string | undefined, around: number): text is string => {
    const cost = text === undefined ? 0 : bytesOf(text) + around;
    if (text === undefined || cost > room) return false;
    room -= cost;
    return true;
  };
  const shown: Shown[] = [];
  for (const { change } of changes) {
    const title = titleOf(change, breaking);
    if (most - room > most * shareOfLines || !take(title, aroundLine)) break;
    shown.push({ change, title });
  }
  for (const one of shown) {
    const about = room < leastRoom ? undefined : aboutOf(one.change);
    if (take(about, aroundBlock)) one.about = about;
  }
  const opened = shown.filter(({ about }) => about !== undefined);
  for (const one of opened) {
    const graph = room < leastRoom || !one.change.graph ? undefined : graphBlock(one.change.graph);
    if (take(graph, aroundPart)) one.graph = graph;
  }
  for (const one of opened) {
    // Whose graph had no place has no place for its difference.
    const isOut = room < leastRoom || (one.change.graph !== null && one.graph === undefined);
    const difference = isOut ? undefined : differenceOf(one.change, room);
    if (take(difference, aroundPart)) one.difference = difference;
  }
  const isShort = ({ change, about, graph, difference }: Shown): boolean =>
    about === undefined ||
    (change.graph !== null && graph === undefined) ||
    (change.detail !== null && difference === undefined);
  return {
    blocks: joinLines(shown.map(blockOf)),
    hidden: changes.length - shown.length,
    shortened: shown.filter(isShort).length,
  };
};

/** Lines that follow each other are one list. */
const joinLines = (blocks: readonly string[]): readonly string[] => {
  const joined: string[][] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.startsWith('- ') && last?.[0]?.startsWith('- ')) last.push(block);
    else joined.push([block]);
  }
  return joined.map((lines) => lines.join('\n'));
};
