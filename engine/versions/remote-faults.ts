import { type Diagnostic, type DiagnosticCode, problem } from '../diagnostics/index.ts';
import type { RunResult } from '../system/index.ts';
import { counted } from '../values/index.ts';
import { complaintIn } from './git.ts';

/** Why another host gave no answer that could be used. */
export interface RemoteFault {
  /** `away`: nobody answered, so that what was seen last may do. `refused`: an answer, and it was no. `other`: neither. */
  readonly kind: 'away' | 'refused' | 'other';
  readonly diagnostic: Diagnostic;
}

interface Meaning {
  readonly words: RegExp;
  readonly kind: RemoteFault['kind'];
  readonly code: DiagnosticCode;
  readonly says: string;
  readonly hint: string;
}

/** In this order: what follows the first complaint is often the same sentence. */
const meanings: readonly Meaning[] = [
  {
    words: /host key verification failed|remote host identification has changed/i,
    kind: 'refused',
    code: 'source-access-denied',
    says: 'is on a host whose key is not known, or is another one than before',
    hint: 'Compare the key with what the host publishes, and add it to the known hosts of this user.',
  },
  {
    words:
      /authentication failed|could not read (?:username|password)|terminal prompts disabled|permission denied|returned error: 40[13]|access denied(?! or repository not exported)|invalid (?:username|credentials)/i,
    kind: 'refused',
    code: 'source-access-denied',
    says: 'does not let this user in',
    hint: 'Give Git the credentials through its own means: a credential helper, GIT_ASKPASS, or a key in the SSH agent.\nThen this must work without a question:\n    git ls-remote URL',
  },
  {
    words:
      /does not appear to be a git repository|not found|not valid: is this a git|returned error: 404|not exported/i,
    kind: 'refused',
    code: 'source-missing',
    says: 'is not there, or this user may not see it',
    hint: 'Check the address of source.repository.',
  },
  {
    words:
      /could not resolve|couldn't connect|could not connect|failed to connect|unable to connect|connection (?:refused|timed out|reset|closed)|network is unreachable|no route to host|timed out|too slow|temporary failure|hung up unexpectedly|early eof|empty reply|could not read from remote|returned error: 5\d\d|rpc failed|unable to access|curl/i,
    kind: 'away',
    code: 'source-unreachable',
    says: 'does not answer',
    hint: 'Check the network and the address of source.repository.',
  },
];

/** What a failed command against another host means. */
export const faultOf = (label: string, result: RunResult, timeoutMs: number): RemoteFault => {
  if (result.timedOut) {
    const detail = `${label} did not answer within ${counted(Math.ceil(timeoutMs / 1000), 'second')}.`;
    const hint = 'Check the network and the address of source.repository, and try again.';
    return { kind: 'away', diagnostic: problem('source-unreachable', { detail, hint }) };
  }
  const stderr = result.stderr.toString('utf8');
  const complaint = complaintIn(stderr) || 'it ended without a word';
  const meaning = meanings.find(({ words }) => words.test(stderr));
  if (meaning) {
    const detail = `${label} ${meaning.says}: ${complaint}.`;
    return { kind: meaning.kind, diagnostic: problem(meaning.code, { detail, hint: meaning.hint }) };
  }
  return {
    kind: 'other',
    diagnostic: problem('source-corrupt', { detail: `Git cannot read ${label}: ${complaint}.` }),
  };
};
