import type { Notice } from '../../engine/provider/index.ts';
import { shortened } from '../../engine/values/index.ts';

/** Text that is shown as it is: nothing in it is a link, a mention or a style. */
interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: PlainText }
  | { readonly type: 'section'; readonly fields: readonly PlainText[] }
  | { readonly type: 'context'; readonly elements: readonly PlainText[] };

export interface SlackMessage {
  /** What a notification of the device shows, and a screen reader says. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Slack refuses what is longer. */
const limits = { header: 150, section: 3000, field: 2000, fields: 10 } as const;

const plain = (text: string, most: number): PlainText => ({
  type: 'plain_text',
  text: shortened(text, most),
  emoji: false,
});

/** In what is no block, these three begin a link, a mention or an entity. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const signs: Readonly<Record<Notice['tone'], string>> = { news: '•', success: '✓', trouble: '✗', alarm: '⚠' };

/** A message as Block Kit has it. Whatever people wrote stands in plain text. */
export const slackMessage = (notice: Notice): SlackMessage => {
  const title = `${signs[notice.tone]} ${notice.title}`;
  const fields = notice.facts.slice(0, limits.fields).map(([name, value]) => plain(`${name}\n${value}`, limits.field));
  const more = [notice.text, ...notice.commands].filter((part) => part !== undefined && part !== '').join('\n');
  const blocks: readonly Block[] = [
    { type: 'header', text: plain(title, limits.header) },
    ...(fields.length > 0 ? [{ type: 'section', fields } as const] : []),
    ...(more === '' ? [] : [{ type: 'section', text: plain(more, limits.section) } as const]),
    {
      type: 'context',
      elements: [plain(`${notice.project}: ${notice.type}, ${notice.at.toISOString()}`, limits.field)],
    },
  ];
  return { text: escaped(shortened(title, limits.section)), blocks };
};
