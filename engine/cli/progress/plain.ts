import { type ReleaseEvent, stepTitles } from '../../apply/index.ts';
import { inline } from '../views/escape.ts';
import { eventMessage } from '../views/events.ts';
import type { Progress } from './progress.ts';

/** What the end of their step says too. */
const saidTwice = new Set<ReleaseEvent['type']>(['backup_created', 'activation']);

/** A line for each event: for CI, pipes, and terminals that cannot do more. */
export const createPlainProgress = (line: (text: string) => void, note: (text: string) => void): Progress => ({
  report: (target, event) => {
    if (saidTwice.has(event.type)) return;
    const { message } = eventMessage(event);
    const subject = event.type === 'step_complete' ? `${stepTitles[event.step]}: ` : '';
    line(`${inline(target)}: ${subject}${message}`);
  },
  note,
  end: () => Promise.resolve(),
});
