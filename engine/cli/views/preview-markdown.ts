import type { Diagnostic } from '../../diagnostics/index.ts';
import type { PreviewDocument } from '../../preview/index.ts';
import { counted } from '../../values/index.ts';
import { markdownInline } from './escape.ts';
import { chooseChanges } from './preview-markdown-changes.ts';
import {
  attention,
  configurationPart,
  deletions,
  footer,
  headline,
  targetTable,
  versionPart,
} from './preview-markdown-parts.ts';
import { bytesOf } from './preview-markdown-room.ts';

export interface PreviewCommentOptions {
  /** What the comment is found by again, such as `m3forge:plan:invoices`. */
  readonly marker: string;
  /** Where the whole preview is, for a browser. Anything but an address of http or https is left out. */
  readonly planUrl?: string | undefined;
  /** In UTF-8; at least 4,000. GitHub takes 65,536 characters. */
  readonly mostBytes?: number | undefined;
}

const longestMarker = 200;
export const longestUrl = 1000;
/** What is said of that which was left out, besides the address of the whole. */
const closingBytes = 300;

/** The first line of a comment, by which it is found again: a comment of HTML, which nobody sees. */
export const markerOf = (marker: string): string => {
  const name = marker.replace(/^<!--\s*|\s*-->$/g, '');
  const safe = name.replace(/[^A-Za-z0-9:/._-]/g, '-').replace(/-{2,}/g, '-');
  return `<!-- ${safe.slice(0, longestMarker).replace(/^-|-$/g, '')} -->`;
};

/** The comment where a preview was refused: what is wrong with the head, or with what is known of it here. */
export const refusedComment = (marker: string, why: readonly Diagnostic[]): string => {
  const lines = why
    .filter(({ severity }) => severity === 'error')
    .slice(0, 50)
    .map(({ summary, detail }) => `- ${markdownInline(summary)}: ${markdownInline(detail.slice(0, 500))}`);
  return [marker, '## m3forge: no preview', ...(lines.length > 0 ? [lines.join('\n')] : []), ''].join('\n\n');
};

/** An address as Markdown has it between angle brackets, in which nothing can end it. */
const linkOf = (address: string | undefined): string | undefined => {
  if (address === undefined || address.length > longestUrl || !URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.replace(/[<>()[\]\\"'`*_ ]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
};

const closing = (hidden: number, short: number, link: string | undefined): readonly string[] => {
  const said = [
    ...(hidden > 0 ? [`${counted(hidden, 'artifact')} ${hidden === 1 ? 'is' : 'are'} not shown.`] : []),
    ...(short > 0 ? [`Of ${counted(short, 'artifact')} more is known than is shown.`] : []),
    ...(link === undefined ? [] : [`[The whole preview](<${link}>)`]),
  ];
  return said.length === 0 ? [] : [said.join(' ')];
};

/** Takes as much as a part needs, up to its share of all that there is for parts. */
const createRoom = (bytes: number) => {
  let left = bytes;
  return {
    left: (): number => left,
    part: (share: number, make: (most: number) => string): readonly string[] => {
      const text = make(Math.min(left - 2, Math.floor(bytes * share)));
      if (text === '') return [];
      left -= bytesOf(text) + 2;
      return [text];
    },
  };
};

/**
 * What merging would bring, as the comment of a pull request: what needs attention and what is destructive first, each
 * artifact folded. At most `mostBytes`; what matters least is left out first, and said to be. Nothing that people wrote does
 * anything in it. Time follows the number of changes.
 */
export const previewComment = (document: PreviewDocument, options: PreviewCommentOptions): string => {
  const { marker, planUrl, mostBytes = 60_000 } = options;
  const link = linkOf(planUrl);
  const top = [markerOf(marker), headline(document)];
  const bottom = footer(document);
  const fixed = [...top, bottom].reduce((sum, part) => sum + bytesOf(part) + 2, 0);
  const room = createRoom(mostBytes - fixed - closingBytes - (link?.length ?? 0));
  const begun = [
    ...room.part(0.3, (most) => attention(document, most)),
    ...room.part(0.3, (most) => deletions(document, most)),
    ...room.part(0.3, (most) => targetTable(document, most)),
    ...room.part(0.1, (most) => versionPart(document, most)),
    ...room.part(0.05, (most) => configurationPart(document, most)),
  ];
  const heading = '### Created and updated';
  const { blocks, hidden, shortened: short } = chooseChanges(document, room.left() - heading.length - 4);
  return `${[
    ...top,
    ...begun,
    ...(blocks.length === 0 ? [] : [heading, ...blocks]),
    ...closing(hidden, short, link),
    bottom,
  ].join('\n\n')}\n`;
};
