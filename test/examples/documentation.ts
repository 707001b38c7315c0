import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Project, repositoryRoot } from './project.ts';

/** One fenced block of a document. */
export interface Block {
  readonly language: string;
  /** The file that the block shows, from `title="…"`. */
  readonly title: string | undefined;
  readonly text: string;
}

/** One command that a document tells its reader to type. */
export interface Command {
  readonly line: string;
  /** From a comment `# exit code N`; 0 without one. */
  readonly exit: number;
  /** What the document shows as its output; `…` stands for anything. Undefined where it shows none. */
  readonly output: string | undefined;
}

const fence = /^```(\w+)(?: title="([^"]+)")?\n([\s\S]*?)^```$/gm;

export const blocksOf = (file: string): readonly Block[] =>
  [...readFileSync(join(repositoryRoot, file), 'utf8').matchAll(fence)].map(([, language = '', title, text = '']) => ({
    language,
    title,
    text,
  }));

const commandOf = (typed: string, output?: string): Command => {
  const [, line = typed, exit = '0'] = /^(.*?)\s+# exit code (\d+)$/.exec(typed) ?? [];
  return { line, exit: Number(exit), output };
};

/** The commands of a block: every line of `sh`, every line after `$ ` of `console`, with what is printed under it. */
export const commandsOf = ({ language, text }: Block): readonly Command[] => {
  if (language === 'sh') {
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    return lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => commandOf(line));
  }
  if (language !== 'console') return [];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [typed = '', ...shown] = part.split('\n');
      return commandOf(typed, shown.join('\n').trim() || undefined);
    });
};

export const writeTitled = (project: Project, { title, text }: Block): void => {
  if (title === undefined) return;
  const file = join(project.directory, title);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a document shows, as a pattern: `…` is anything on its line, and a line of nothing else is any lines. */
export const patternOf = (shown: string): RegExp => {
  const lines = shown.split('\n').map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?';
    return `${escaped(line.trimEnd()).replaceAll('…', '.*')}[ \\t]*\\n`;
  });
  return new RegExp(`^${lines.join('')}`, 'm');
};
