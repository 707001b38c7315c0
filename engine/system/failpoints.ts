import { channel } from 'node:diagnostics_channel';

/**
 * Every point at which tests may let a release die, in the order of the apply protocol. A name stands here exactly
 * once; the harness fails when one of them is never reached.
 */
export const failpointNames = [
  'before-lease',
  'after-lease',
  'after-place-created',
  'before-fence-raised',
  'after-fence',
  'before-start-recorded',
  'after-start-recorded',
  'after-migrate',
  'backup-half-written',
  'backup-written-not-recorded',
  'after-backup',
  'write-before-bodies',
  'write-after-bodies',
  'write-after-intervals',
  'write-after-marker',
  'write-before-commit',
  'write-commit-sent',
  'write-after-commit',
  'after-candidate-checks',
  'after-intent',
  'activate-before-notify',
  'activate-before-commit',
  'activate-commit-sent',
  'activate-after-commit',
  'after-verifying-recorded',
  'after-verdict-recorded',
  'after-smoke-tests',
  'before-success-recorded',
  'after-success-recorded',
  'before-return',
  'return-before-notify',
  'return-before-commit',
  'return-commit-sent',
  'return-after-commit',
  'before-return-recorded',
  'after-return-recorded',
  'recover-found',
  'recover-decided',
  'recover-before-recorded',
  'before-lease-released',
  'after-lease-released',
] as const;

export type FailpointName = (typeof failpointNames)[number];

/** Called where a test may interfere; does nothing in ordinary use. */
export type Failpoints = (name: FailpointName) => Promise<void>;

/** Thrown by the action `throw`: an error that nobody expects at this point. */
export class FailpointError extends Error {
  constructor(name: FailpointName) {
    super(`fail point ${name}`);
    this.name = 'FailpointError';
  }
}

const noFailpoints: Failpoints = () => Promise.resolve();

/**
 * What is published on the channel `m3forge:failpoint` before a fail point acts. A harness that is loaded beside the
 * program may note it, and may carry out actions of its own, such as cutting connections: then it sets `handled`, and
 * `error` where the fail point is to throw that.
 */
export interface FailpointHit {
  readonly name: FailpointName;
  readonly action: string;
  handled: boolean;
  error: Error | undefined;
}

const hits = channel('m3forge:failpoint');

const act = async (name: FailpointName, action: string): Promise<void> => {
  const hit: FailpointHit = { name, action, handled: false, error: undefined };
  hits.publish(hit);
  if (hit.error) throw hit.error;
  if (hit.handled) return undefined;
  switch (action) {
    case 'kill9':
      process.kill(process.pid, 'SIGKILL');
      // The signal is on its way; nothing after this line may run.
      return new Promise(() => undefined);
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      return undefined;
    case 'hang':
      return new Promise(() => setInterval(() => undefined, 60_000));
    case 'throw':
      throw new FailpointError(name);
    default:
      throw new Error(`M3FORGE_FAILPOINTS: unknown action ${action}`);
  }
};

/**
 * Fail points from a specification such as `after-intent=kill9` or `backup-half-written@2=throw` (the second time it is
 * reached), several separated by commas. An empty specification costs nothing.
 */
export const createFailpoints = (specification: string | undefined): Failpoints => {
  if (!specification) return noFailpoints;
  const planned = new Map<string, { readonly action: string; left: number }>();
  for (const part of specification.split(',')) {
    const [, name, nth, action] = /^([a-z-]+)(?:@(\d+))?=(\w+)$/.exec(part.trim()) ?? [];
    if (!name || !action || !(failpointNames as readonly string[]).includes(name)) {
      throw new Error(`M3FORGE_FAILPOINTS: cannot read "${part}"`);
    }
    planned.set(name, { action, left: Number(nth ?? '1') });
  }
  return async (name) => {
    const entry = planned.get(name);
    if (!entry) return;
    entry.left -= 1;
    if (entry.left === 0) await act(name, entry.action);
  };
};
