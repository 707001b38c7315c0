import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encode, encodingNames } from '../secrets/canaries.ts';
import { backupDirectory } from './backup-files.ts';
import { checkAtRest } from './invariants.ts';
import { alter } from './observe.ts';
import { worldsForTests } from './perform.ts';
import { spilledInto } from './spilled.ts';
import { canary } from './storage.ts';
import type { World } from './world.ts';

const worlds = worldsForTests();
const quoted = `'${canary.replaceAll("'", "''")}'`;

/** Works on an estate of two releases, one after the other. */
const onEstate = async (work: (world: World) => Promise<void>): Promise<void> =>
  (await worlds()).lend('server', async (world) => {
    await world.restore('two');
    await work(world);
  });

const found = async (world: World): Promise<readonly string[]> =>
  checkAtRest('now', await world.observe()).map(({ invariant, seen }) => `${invariant} ${seen}`);

const somewhere = (text: string) => expect.arrayContaining([expect.stringMatching(text)]);

const backupFile = ({ directory }: World, ending: string): string => {
  const names = readdirSync(join(directory, backupDirectory), { recursive: true }) as readonly string[];
  return join(directory, backupDirectory, names.find((name) => name.endsWith(ending)) ?? 'none');
};

const flip = (file: string): void => {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
};

test('two releases at work in one place at the same time are seen, by their ends and by their steps', () =>
  onEstate(async (world) => {
    expect(await found(world)).toEqual([]);
    await alter(
      world.location,
      `update m3forge.release set started_at = (select min(started_at) from m3forge.release)`,
    );
    expect(await found(world)).toEqual(somewhere('I4 now: at work in one place at the same time'));
    await alter(
      world.location,
      `update m3forge.release r set started_at = ended_at;
       update m3forge.step set began_at = (select ended_at from m3forge.release where id = release_id), ended_at = null`,
    );
    expect(await found(world)).toEqual([]);
    await alter(world.location, `update m3forge.step set ended_at = clock_timestamp()`);
    expect(await found(world)).toEqual(somewhere('I4 now: at work in one place at the same time'));
  }));

test('two releases under one fence are seen', () =>
  onEstate(async (world) => {
    await alter(world.location, `update production.activation set fence = 1; update production.marker set fence = 1`);
    expect(await found(world)).toEqual(somewhere('I4 now: two releases activated under one fence'));
    expect(await found(world)).toEqual(somewhere('I4 now: two releases wrote under one fence'));
  }));

test('a smoke test that finds another one at work says so', () =>
  onEstate(async ({ directory }) => {
    const smoke = (): unknown => execFileSync(join(directory, 'smoke-test'), { cwd: directory, stdio: 'ignore' });
    writeFileSync(join(directory, 'watched'), '');
    smoke();
    expect(existsSync(join(directory, 'overlaps'))).toBe(false);
    mkdirSync(join(directory, 'busy'));
    expect(smoke).toThrow();
    expect(existsSync(join(directory, 'overlaps'))).toBe(true);
  }));

test('a recorded backup of which a byte is missing or wrong is seen', () =>
  onEstate(async (world) => {
    for (const [ending, spoil, seen] of [
      ['.pack', flip, 'is not as it was written'],
      ['.lines.json', flip, 'are not what its index says'],
      ['.whole.json', flip, 'is not what was recorded'],
      ['.whole.json', rmSync, 'no such file'],
    ] as const) {
      const file = backupFile(world, ending);
      const whole = readFileSync(file);
      spoil(file);
      expect(await found(world)).toEqual(somewhere(`I8 now: the backup .*${seen}`));
      writeFileSync(file, whole);
    }
    await alter(world.location, `update m3forge.backup set manifest_digest = sha256('other')`);
    expect(await found(world)).toEqual(somewhere('I8 now: the backup .* do not come to what was recorded'));
  }));

test('a password that was printed is seen in every encoding', () => {
  for (const [name, spelling] of [...encodingNames.map((one) => [one, encode(one, canary)]), ['SQL', quoted]]) {
    expect(spilledInto(`before ${spelling} after`, canary)).toEqual(somewhere(`${name}`));
  }
  expect(new Set(encodingNames.map((name) => encode(name, canary))).size).toBe(encodingNames.length);
});

test('a password that was stored is seen, in any table and in any file of a backup', () =>
  onEstate(async (world) => {
    await alter(
      world.location,
      `update m3forge.release_log set message = ${quoted};
       update production.artifact set body = convert_to(${quoted}, 'UTF8')`,
    );
    appendFileSync(backupFile(world, '.pack'), canary);
    const seen = await found(world);
    for (const where of ['table m3forge.release_log', 'table production.artifact', String.raw`\.pack`]) {
      expect(seen).toEqual(somewhere(`^I7 .*${where}: the password in`));
    }
  }));
