import type { Notice } from '../../engine/provider/index.ts';
import { shortened } from '../../engine/values/index.ts';

/** A mail as it is composed, before it has a sender. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Names what the mail is, and what it belongs to: readers of mail show a release as one conversation. */
  readonly messageId: string;
  readonly references: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A subject that is longer is cut by some reader of mail or other. */
const longestSubject = 200;

const factLines = ({ facts }: Notice): readonly string[] => {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value.replaceAll('\n', ' ')}`);
};

const paragraphs = (notice: Notice): readonly string[] => [
  notice.title,
  factLines(notice).join('\n'),
  notice.text ?? '',
  notice.commands.map((command) => `    ${command}`).join('\n'),
  `${notice.project}: ${notice.type}, ${notice.at.toISOString()}`,
];

/** The domain of the sender stands in the ids of mails, so that they are nobody else's. */
const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'm3forge.invalid';

export const mailOf = (notice: Notice, from: string): Mail => {
  const domain = domainOf(from);
  return {
    subject: shortened(`[${notice.project}] ${notice.title}`, longestSubject),
    text: `${paragraphs(notice)
      .filter((paragraph) => paragraph !== '')
      .join('\n\n')}\n`,
    messageId: `<${notice.id}@${domain}>`,
    references: `<${notice.thread}@${domain}>`,
    headers: { 'X-M3forge-Event': notice.type, 'Auto-Submitted': 'auto-generated' },
  };
};
