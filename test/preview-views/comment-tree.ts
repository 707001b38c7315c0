import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** The comment as a host reads it. */
export const treeOf = (text: string): Root =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

export const nodesIn = (node: Nodes): readonly Nodes[] => [
  node,
  ...('children' in node ? node.children.flatMap((child) => nodesIn(child)) : []),
];

/** What the comment is made of; whatever else a tree holds, somebody's text has made. */
const ours: ReadonlySet<string> = new Set([
  ...['root', 'heading', 'paragraph', 'text', 'strong', 'list', 'listItem', 'code', 'html', 'blockquote'],
  ...['table', 'tableRow', 'tableCell', 'link'],
]);

const markers = /^<!-- [\w:/.-]+ -->$/;
/** The elements that we write, with text in which each character that means something is an entity. */
const elements = [
  /^<details>\n<summary>(?:<\/?(?:code|strong)>|[^<>])*<\/summary>$/,
  /^<\/details>$/,
  /^<\/?(?:code|strong)>$/,
  markers,
];

/** What hosts look for in text that is no code. */
const active = /(^|[^\w])@[\w-]|(^|[^\w])[#!]\d|\bGH-\d|:\/\/\w|\bwww\.\w|\w@\w|:[a-z+][\w+-]*:/i;

const outsideOfCode = (html: string): string => html.replace(/<code>.*?<\/code>/g, ' ');

const decoded = (html: string): string =>
  html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

/** Each line of a graph is one of the few forms that we write. */
const label = '(?:[\\p{L}\\p{N} ,_]|#\\d+;)*';
const mermaidLines: readonly RegExp[] = [
  /^flowchart LR$/,
  new RegExp(`^ {2}n\\d+\\["${label}"\\](?::::(?:added|removed|changed))?$`, 'u'),
  /^ {2}n\d+ (?:-->|==>|-\.->) n\d+$/,
  /^ {2}classDef (?:added|removed|changed) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}(?:,stroke-dasharray:4 4)?$/,
];

export const faultsInMermaid = (text: string): readonly string[] =>
  text.split('\n').filter((line) => !mermaidLines.some((form) => form.test(line)));

/** Text that stands between the elements for code is a name, and hosts look at none. */
const wordsIn = (tree: Root): readonly string[] => {
  let inCode = false;
  return nodesIn(tree).flatMap((node) => {
    if (node.type === 'html' && /^<\/?code>$/.test(node.value)) inCode = node.value === '<code>';
    if (node.type === 'html') return [decoded(outsideOfCode(node.value).replace(/<[^>]*>/g, ' '))];
    return node.type === 'text' && !inCode ? [node.value] : [];
  });
};

/** Hosts look for formulas in the source, in which an entity is no sign of one. */
const hasFormula = (text: string, nodes: readonly Nodes[]): boolean => {
  const blocks = nodes.filter(({ type }) => type === 'code').map(({ position }) => position);
  const ends = [0, ...blocks.map((block) => block?.end.offset ?? 0)];
  return ends.some((end, index) => text.slice(end, blocks[index]?.start.offset).includes('$'));
};

const isLinkOfOurs = (node: Nodes): boolean =>
  node.type === 'link' &&
  /^https:\/\/forge\.example\//.test(node.url) &&
  node.children.length === 1 &&
  node.children[0]?.type === 'text' &&
  node.children[0].value === 'The whole preview';

/** What is wrong with a comment; nothing, where only we speak in it. */
export const faultsIn = (text: string): readonly string[] => {
  const tree = treeOf(text);
  const nodes = nodesIn(tree);
  const html = nodes.flatMap((node) => (node.type === 'html' ? [node.value] : []));
  const opened = html.filter((value) => value.startsWith('<details>')).length;
  const closed = html.filter((value) => value === '</details>').length;
  return [
    ...nodes.filter(({ type }) => !ours.has(type)).map(({ type }) => `a node ${type}`),
    ...nodes
      .filter((node) => node.type === 'link' && !isLinkOfOurs(node))
      .map((node) => `a link ${JSON.stringify(node)}`),
    ...html.filter((value) => !elements.some((form) => form.test(value))).map((value) => `html ${value}`),
    ...(html.filter((value) => markers.test(value)).length === 1 && markers.test(text.split('\n')[0] ?? '')
      ? []
      : ['not one marker on the first line']),
    ...(opened === closed ? [] : [`${opened} details, ${closed} of them closed`]),
    ...wordsIn(tree)
      .filter((words) => active.test(words))
      .map((words) => `text ${words}`),
    ...nodes.flatMap((node) => (node.type === 'code' && node.lang === 'mermaid' ? faultsInMermaid(node.value) : [])),
    ...(hasFormula(text, nodes) ? ['a formula'] : []),
    ...(text.isWellFormed() ? [] : ['half of a character']),
  ];
};
