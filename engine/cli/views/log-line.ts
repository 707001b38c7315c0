import { block } from './escape.ts';
import type { Style } from './style.ts';
import { moment } from './words.ts';

/** One line of a release's log, as it is shown and as it stands in JSON. */
export interface LogLineView {
  readonly at: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

export const logLine = ({ at, level, message }: LogLineView, style: Style): string => {
  const paint = { info: style.dim, warn: style.yellow, error: style.red }[level];
  return `${style.dim(moment(at))} ${paint(level.padEnd(5))} ${block(message.trimEnd())}`;
};
