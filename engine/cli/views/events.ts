import type { ReleaseEvent } from '../../apply/index.ts';
import { block } from './escape.ts';
import { summaryOf, verdictWords } from './gates.ts';
import { duration } from './words.ts';

export type EventLevel = 'info' | 'warn' | 'error';

/** One event in a sentence, for plain progress and as `@message`. */
export const eventMessage = (event: ReleaseEvent): { readonly level: EventLevel; readonly message: string } => {
  const said = sentence(event);
  return { level: said.level, message: block(said.message.trimEnd()) };
};

const judged = (passed: boolean, message: string) => ({
  level: passed ? ('info' as const) : ('error' as const),
  message,
});

const gateLevels = { pass: 'info', warn: 'warn', fail: 'error', skipped: 'error' } as const;

/** Why it did not simply pass stands behind; of what passed `show` tells more. */
const gateEnded = ({ gate, verdict, evidence }: Extract<ReleaseEvent, { type: 'gate_result' }>['result']) => {
  const because = verdict === 'pass' ? '' : `: ${summaryOf(evidence)}`;
  return { level: gateLevels[verdict], message: `Gate ${gate}: ${verdictWords[verdict]}${because}` };
};

const sentence = (event: ReleaseEvent): { readonly level: EventLevel; readonly message: string } => {
  switch (event.type) {
    case 'step_start':
      return { level: 'info', message: `${event.title} …` };
    case 'step_complete': {
      const end = `${event.detail} (${duration(event.durationMs)})`;
      return judged(event.outcome === 'done', `${event.outcome === 'done' ? 'done' : 'failed'}: ${end}`);
    }
    case 'log':
      return { level: event.level, message: event.message };
    case 'gate_result':
      return gateEnded(event.result);
    case 'approval_required':
      return {
        level: 'warn',
        message: `Release ${event.releaseId} waits: ${event.given.length} of ${event.needed} approvals`,
      };
    case 'backup_created':
      return { level: 'info', message: `Backup ${event.backupId}: ${event.detail}` };
    case 'activation':
      return { level: 'info', message: `${event.version} is active (sequence ${event.seq})` };
    case 'verification':
      return judged(event.passed, `Check ${event.check}: ${event.passed ? 'passed' : 'failed'}: ${event.detail}`);
    case 'rollback_start':
      return { level: 'warn', message: `Going back: ${event.reason}` };
    case 'rollback_complete':
      return { level: 'warn', message: `Back at ${event.version ?? 'nothing active'}` };
  }
};
