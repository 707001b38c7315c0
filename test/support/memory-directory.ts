import { readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const place = '/dev/shm';
const enough = 4 * 1024 ** 3;

/** Programs that tests write there must be allowed to run, and containers often have too little of it. */
const isUsable = (): boolean => {
  try {
    const { bavail, bsize } = statfsSync(place);
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .findLast((line) => line.split(' ')[1] === place);
    return bavail * bsize >= enough && mount !== undefined && !/\bnoexec\b/.test(mount);
  } catch {
    return false;
  }
};

/**
 * Where tests keep what they throw away: in memory where the machine offers it. The embedded database syncs each commit,
 * as it must, and a disk makes every test wait for that.
 */
export const memoryDirectory = (): string => (isUsable() ? place : tmpdir());
