import { inspect } from 'node:util';
import { block } from './escape.ts';

const reportAt = 'https://github.com/m3forge/m3forge/issues';

/** What is said where something was thrown that nobody foresaw: the only place where a stack trace is shown. */
export const bugReport = (error: unknown, toolVersion: string): string =>
  [
    'This is a bug in m3forge, not a mistake of yours.',
    '',
    block(error instanceof Error ? (error.stack ?? String(error)) : inspect(error)),
    '',
    `Please report it, with the lines above, at ${reportAt}`,
    `m3forge ${toolVersion}. If a release was under way, "m3forge recover" finishes or undoes it.`,
  ].join('\n');
