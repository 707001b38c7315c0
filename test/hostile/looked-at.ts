import MarkdownIt from 'markdown-it';
import { expect } from 'vitest';

/** Everything that a terminal obeys or nobody sees; a line break is the only one that we print ourselves. */
const unsafe =
  /(?!\n)(?:[\p{Cc}\p{Bidi_Control}\u2028\u2029\u00ad\u115f\u17b4\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\u034f)/u;

export const expectPlain = (text: string, origin: string): void => {
  const found = unsafe.exec(text);
  expect(
    found && `U+${found[0].codePointAt(0)?.toString(16)} in ${text.slice(found.index - 20, found.index + 20)}`,
    origin,
  ).toBeNull();
};

const markdown = new MarkdownIt({ html: true, linkify: true });
// Bare names of hosts become links nowhere; addresses of people are looked for below, by what forges take for a letter.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** The elements that our Markdown is made of; a link, a picture or anything of somebody else's is not among them. */
const ours = new Set(
  ...[
    [
      'h2',
      'h3',
      'p',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'ul',
      'li',
      'code',
      'pre',
      'details',
      'summary',
      'blockquote',
      'strong',
    ],
  ],
);

const decoded = (html: string): string =>
  html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

/** What forges look for in the text of a rendered page, wherever it is no code. */
const active = /(^|[^\w])@[\w-]|#\d|\bGH-\d|:\/\/\w|\bwww\.\w|\w@\w/i;

/** The text as a forge shows it: rendered, no element but ours, and nothing in it that becomes a link afterwards. */
export const expectInertMarkdown = (text: string, origin: string): void => {
  expectPlain(text, origin);
  const html = markdown.render(text);
  const elements = [...html.matchAll(/<(\/?)([a-z][a-z0-9]*|[!?])([^>]*)>/gi)];
  const strange = elements.filter(
    ([, , name = '', attributes = '']) =>
      !ours.has(name) || !/^( style="text-align:right"| class="language-\w*")?$/.test(attributes),
  );
  expect(
    strange.map(([whole]) => whole),
    origin,
  ).toEqual([]);
  const words = decoded(html.replace(/<(pre|code)\b[^>]*>[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' '));
  expect(active.exec(words)?.[0], `${origin}: ${words}`).toBeUndefined();
  expect(markdown.linkify.match(words)?.map(({ raw }) => raw) ?? [], origin).toEqual([]);
};
