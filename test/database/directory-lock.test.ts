import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DirectoryLock, isGone, lockDirectory } from '../../engine/database/directory-lock.ts';
import type { LockHolder } from '../../engine/database/lock-file.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import type { System } from '../../engine/system/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const parent = temporaryDirectory();
let directory: string;
let now: number;
let alive: Set<number>;

/** A process of its own in the eyes of the lock; time passes only when somebody waits. */
const processSystem = (pid: number, changes: Partial<System> = {}): System => {
  alive.add(pid);
  const base = testSystem();
  return {
    ...base,
    clock: {
      now: () => new Date('2026-01-31T12:00:00Z'),
      monotonicMs: () => now,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    processes: {
      ...base.processes,
      self: { pid, host: 'here', bootId: 'this-boot', user: 'someone' },
      isAlive: (other) => alive.has(other),
    },
    ...changes,
  };
};

const lock = (system: System, lockTimeoutMs = 0): Promise<DirectoryLock> =>
  lockDirectory(directory, 'embedded (.m3forge)', system, { lockTimeoutMs, command: 'm3forge apply' });

const deadHolder = (changes: Partial<LockHolder> = {}): LockHolder => ({
  id: 'dead-one',
  pid: 4711,
  bootId: 'this-boot',
  host: 'here',
  since: '2026-01-01T00:00:00.000Z',
  command: 'm3forge plan',
  ...changes,
});

beforeEach(() => {
  directory = mkdtempSync(join(parent, 'lock-'));
  now = 0;
  alive = new Set();
});

describe('the lock of an embedded directory', () => {
  it('says who has it, and is gone when released', async () => {
    const held = await lock(processSystem(1));
    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'))).toMatchObject({
      pid: 1,
      host: 'here',
      bootId: 'this-boot',
      since: '2026-01-31T12:00:00.000Z',
      command: 'm3forge apply',
    });
    await held.release();
    await held.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused to a second one, naming the holder, and leaves nothing of the attempt', async () => {
    const held = await lock(processSystem(1));
    const refusal = await lock(processSystem(2)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).diagnostics[0]).toMatchObject({
      code: 'database-embedded-locked',
      detail:
        'The database embedded (.m3forge) is in use by "m3forge apply" (process 1 on here, since 2026-01-31T12:00:00.000Z).',
    });
    expect(readdirSync(directory)).toEqual(['lock']);
    await held.release();
  });

  it('is refused to the same process too', async () => {
    const system = processSystem(1);
    const held = await lock(system);
    await expect(lock(system)).rejects.toThrow(/database-embedded-locked/);
    await held.release();
  });

  it('is waited for as long as asked, and no longer', async () => {
    const held = await lock(processSystem(1));
    await expect(lock(processSystem(2), 30_000)).rejects.toThrow(/database-embedded-locked/);
    expect(now).toBe(30_000);
    const patient = processSystem(3);
    const releasing: System = { ...patient, clock: { ...patient.clock, sleep: () => held.release() } };
    const next = await lock(releasing, 30_000);
    await next.release();
  });

  it('is not waited for after an interruption', async () => {
    await lock(processSystem(1));
    await expect(lock(processSystem(2, { interrupted: AbortSignal.abort() }), 30_000)).rejects.toThrow(/locked/);
    expect(now).toBe(0);
  });

  it('of a dead process is taken over', async () => {
    writeFileSync(join(directory, 'lock'), JSON.stringify(deadHolder()));
    const held = await lock(processSystem(1));
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toContain('"pid":1');
    expect(readdirSync(directory)).toEqual(['lock']);
    await held.release();
  });

  it('is not taken from a taker who was faster', async () => {
    const file = join(directory, 'lock');
    writeFileSync(file, JSON.stringify(deadHolder()));
    const slow = processSystem(1);
    // Between this one's look at the dead holder and its own attempt, process 2 takes over and is done with it.
    const isAlive = (pid: number): boolean => {
      if (pid === 4711) writeFileSync(file, JSON.stringify(deadHolder({ id: 'faster', pid: 2 })));
      return pid === 2;
    };
    await expect(lock({ ...slow, processes: { ...slow.processes, isAlive } })).rejects.toThrow(/process 2 on here/);
    expect(readdirSync(directory)).toEqual(['lock']);
  });

  it('of a process of the same number that is not this one is taken over', async () => {
    writeFileSync(join(directory, 'lock'), JSON.stringify(deadHolder({ pid: 1 })));
    const held = await lock(processSystem(1));
    await held.release();
  });

  it('is taken over even where an earlier taker died half way', async () => {
    writeFileSync(join(directory, 'lock'), JSON.stringify(deadHolder()));
    writeFileSync(join(directory, 'lock.after-dead-one'), JSON.stringify(deadHolder({ id: 'dead-taker', pid: 4712 })));
    const held = await lock(processSystem(1));
    expect(readdirSync(directory)).toEqual(['lock']);
    await held.release();
  });

  it('that cannot be read is left alone', async () => {
    writeFileSync(join(directory, 'lock'), 'not ours');
    await expect(lock(processSystem(1))).rejects.toThrow(/in use by "unknown"/);
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe('not ours');
  });

  it('goes to those who wait in the order in which they came', async () => {
    let holder = await lock(processSystem(1));
    const order: number[] = [];
    const waiting: Promise<void>[] = [];
    // Waiters look again only when the test lets them.
    let look = Promise.withResolvers<void>();
    for (const pid of [2, 3, 4]) {
      const patient = processSystem(pid);
      const sleeping = Promise.withResolvers<void>();
      const sleep = async (): Promise<void> => {
        sleeping.resolve();
        await look.promise;
      };
      waiting.push(
        lock({ ...patient, clock: { ...patient.clock, sleep } }, 60_000).then((own) => {
          order.push(pid);
          holder = own;
        }),
      );
      await sleeping.promise;
    }
    expect(readdirSync(directory).filter((name) => name.startsWith('lock.turn'))).toHaveLength(3);
    // The hasty one comes while the lock is free and others wait for it.
    await holder.release();
    await expect(lock(processSystem(9))).rejects.toThrow(/is waited for by "m3forge apply" \(process 2/);
    for (const pid of [2, 3, 4]) {
      const now = look;
      look = Promise.withResolvers<void>();
      now.resolve();
      await expect.poll(() => order.at(-1)).toBe(pid);
      await holder.release();
    }
    await Promise.all(waiting);
    expect(order).toEqual([2, 3, 4]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is not kept from others by waiters that died or fell silent', async () => {
    writeFileSync(join(directory, 'lock.turn-1'), JSON.stringify(deadHolder({ id: 'dead-waiter' })));
    writeFileSync(join(directory, 'lock.dead-waiter'), '');
    writeFileSync(join(directory, 'lock.turn-2'), JSON.stringify(deadHolder({ id: 'far', host: 'there' })));
    await expect(lock(processSystem(1))).rejects.toThrow(/is waited for by "m3forge plan" \(process 4711 on there/);
    const held = await lock(processSystem(1), 30_000);
    expect(now).toBeGreaterThanOrEqual(5000);
    expect(now).toBeLessThan(6000);
    expect(readdirSync(directory)).toEqual(['lock', 'lock.turn-2']);
    await held.release();
  });

  it('of a dead process goes to exactly one of many takers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.boolean(), async (takers, halfTaken) => {
        directory = mkdtempSync(join(parent, 'race-'));
        writeFileSync(join(directory, 'lock'), JSON.stringify(deadHolder()));
        if (halfTaken) {
          const taker = deadHolder({ id: 'dead-taker', pid: 4712 });
          writeFileSync(join(directory, 'lock.after-dead-one'), JSON.stringify(taker));
        }
        const attempts = Array.from({ length: takers }, (_, index) => lock(processSystem(index + 1)));
        const results = await Promise.allSettled(attempts);
        const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        expect(winners).toHaveLength(1);
        await winners[0]?.release();
        expect(readdirSync(directory)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('whether a holder is gone', () => {
  const self = { pid: 1, host: 'here', bootId: 'this-boot', user: 'someone' };
  const judge = (changes: Partial<LockHolder>, living: readonly number[] = [], own: readonly string[] = []): boolean =>
    isGone(deadHolder(changes), { self, isAlive: (pid) => living.includes(pid) }, (id) => own.includes(id));

  it('is certain for a process of this host that is not alive', () => expect(judge({})).toBe(true));
  it('is certain for one of an earlier boot of this host', () => expect(judge({ bootId: 'old' }, [4711])).toBe(true));
  it('is denied while it lives', () => expect(judge({}, [4711])).toBe(false));
  it('is denied for this process’s own lock', () => expect(judge({ pid: 1 }, [1], ['dead-one'])).toBe(false));
  it('is never certain for another host', () => expect(judge({ host: 'there', bootId: 'other' })).toBe(false));
});
