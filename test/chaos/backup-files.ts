import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, zstdDecompressSync } from 'node:zlib';
import type { BackupIndex, BackupLists } from '../../engine/backups/index-file.ts';
import { compareLines, digestOfBytes, type ManifestLine, manifestDigestOf } from '../../engine/values/index.ts';

/** Where backups lie, below the directory of a project. */
export const backupDirectory = '.m3forge-backups';

/** What the state says of a backup. */
export interface BackupRow {
  readonly id: string;
  readonly placeId: string;
  readonly version: string | null;
  readonly parent: string | null;
  readonly manifestDigest: string;
  readonly indexDigest: string;
}

const demand = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise);
};

const readLists = (directory: string, { id, placeId, parent, indexDigest }: BackupRow): BackupIndex & BackupLists => {
  const folder = join(directory, backupDirectory, placeId);
  const bytes = readFileSync(join(folder, `${id}${parent === null ? '.whole.json' : '.json'}`));
  demand(digestOfBytes(bytes) === indexDigest, 'its index is not what was recorded');
  const index = JSON.parse(bytes.toString('utf8')) as BackupIndex;
  if (!index.lists) return index;
  const lists = readFileSync(join(folder, `${id}.lines.json`));
  demand(digestOfBytes(lists) === index.lists.digest, 'its lines are not what its index says');
  return { ...index, ...(JSON.parse(lists.toString('utf8')) as BackupLists) };
};

/** A backup and all that it continues, the oldest first. */
const chainOf = (rows: readonly BackupRow[], row: BackupRow): readonly BackupRow[] => {
  if (row.parent === null) return [row];
  const parent = rows.find(({ id }) => id === row.parent);
  if (!parent) throw new Error('it continues a backup that is recorded no more');
  return [...chainOf(rows, parent), row];
};

/** Reads a backup as somebody would who has its format and not the program. Throws where a byte is missing or wrong. */
const readBackup = (directory: string, rows: readonly BackupRow[], row: BackupRow): void => {
  const lines = new Map<string, ManifestLine>();
  const bodies = new Map<string, BackupLists['bodies'][number]>();
  let missing: readonly string[] = [];
  for (const part of chainOf(rows, row)) {
    const lists = readLists(directory, part);
    for (const [kind, name] of lists.lines_removed) lines.delete(`${kind} ${name}`);
    for (const [kind, name, digest] of lists.lines_added) lines.set(`${kind} ${name}`, { kind, name, digest });
    for (const body of lists.bodies) bodies.set(body[0], body);
    missing = lists.missing;
  }
  const sorted = [...lines.values()].sort(compareLines);
  demand(manifestDigestOf(sorted) === row.manifestDigest, 'its lines do not come to what was recorded');
  // What somebody changed by hand before it was backed up is said to be missing, and restored by nobody.
  for (const { name, digest } of sorted.filter((line) => !missing.includes(line.digest))) {
    const [, pack = '', offset = 0, length = 0, checksum] = bodies.get(digest) ?? [];
    const file = join(directory, backupDirectory, row.placeId, `${pack}.pack`);
    demand(pack !== '', `the body of ${name} is nowhere`);
    const frame = readFileSync(file).subarray(offset, offset + length);
    demand(frame.length === length && crc32(frame) === checksum, `the body of ${name} is not as it was written`);
    demand(digestOfBytes(zstdDecompressSync(frame)) === digest, `the body of ${name} is another one`);
  }
};

/** What is wrong with backups that the state calls usable; empty where each can be read to its last body. */
export const damagedBackups = (directory: string, rows: readonly BackupRow[]): readonly string[] =>
  rows.flatMap((row) => {
    try {
      readBackup(directory, rows, row);
      return [];
    } catch (error) {
      return [`the backup ${row.id} is recorded, and ${error instanceof Error ? error.message : String(error)}`];
    }
  });
