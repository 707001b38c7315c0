import type { Statements } from '../database/index.ts';
import { digestOf } from '../values/index.ts';

/** Targets that have something due, shared among the workers of one state. */
export interface WorkQueue {
  /** Asks whichever worker is free to look after a target; nothing where that was asked already. */
  readonly ask: (target: string) => Promise<void>;
  /** Hands targets to `work`, one at a time. What throws is handed out again, to this worker or to another. */
  readonly serve: (work: (target: string) => Promise<void>) => Promise<void>;
  /** Takes nothing more, and waits for what is under way. */
  readonly stop: () => Promise<void>;
}

const name = 'targets';

/** Beside the state's own schema; a name that the library would not take has another one made of it. */
const schemaBeside = (schema: string): string =>
  /^[a-z_][a-z0-9_]{0,40}$/.test(schema) ? `${schema}_queue` : `m3forge_${digestOf(schema).slice(0, 16)}_queue`;

/**
 * How jobs are kept. Many may be at work on one target, of whom the state's lock lets one do something: a job whose worker
 * died must not keep the next one waiting. Such a job is handed out again as soon as it is missed.
 */
const policy = {
  policy: 'short',
  retryLimit: 2,
  retryDelay: 5,
  heartbeatSeconds: 30,
  expireInSeconds: 86_399,
  retentionSeconds: 86_400,
  deleteAfterSeconds: 3600,
} as const;

/** Opens the queue of a state, and makes it where there is none. `problem` hears of what goes wrong beside the work. */
export const openQueue = async (
  statements: Pick<Statements, 'run'>,
  {
    schema,
    pollSeconds,
    problem,
  }: {
    readonly schema: string;
    readonly pollSeconds: number;
    readonly problem: (error: unknown) => void;
  },
): Promise<WorkQueue> => {
  // Only a worker that stays needs it, and it takes long to load.
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => ({ rows: [...(await statements.run(text, values))] }) },
    schema: schemaBeside(schema),
    schedule: false,
  });
  boss.on('error', problem);
  await boss.start();
  await boss.createQueue(name, policy);
  return {
    ask: async (target) => {
      await boss.send(name, { target }, { singletonKey: target === '' ? '-' : target });
    },
    serve: async (work) => {
      await boss.work<{ readonly target: string }>(name, { pollingIntervalSeconds: pollSeconds }, async (jobs) => {
        for (const { data } of jobs) await work(data.target);
      });
    },
    stop: async () => {
      await boss.offWork(name, { wait: true });
      await boss.stop({ graceful: false, close: false });
    },
  };
};
