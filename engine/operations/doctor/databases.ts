import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config, DatabaseSpec } from '../../config/index.ts';
import { type Database, inspectDatabase, isEmbeddedThere } from '../../database/index.ts';
import { systemReason } from '../../documents/index.ts';
import type { System } from '../../system/index.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

/** Leases are judged by the clock of the database; what people read in histories is compared with their own. */
const mostSkewMs = 5000;

const skewOf = (here: number, there: Date, roundTripMs: number): number =>
  Math.max(0, Math.abs(there.getTime() - here) - roundTripMs);

const examineClock = (check: string, db: Database, skewMs: number): readonly Finding[] =>
  skewMs <= mostSkewMs
    ? []
    : [
        finding(
          'warning',
          check,
          `The clocks of this machine and of ${db.label} are ${Math.round(skewMs / 1000)} seconds apart.`,
          'Synchronise both with a time server, for example:\n\n    timedatectl set-ntp true',
        ),
      ];

const permissions = (
  check: string,
  db: Database,
  schema: string,
  seen: Awaited<ReturnType<typeof inspectDatabase>>,
) => {
  const found: Finding[] = [];
  if (seen.readOnly) {
    const remedy = 'Name the primary server in the URL, or switch default_transaction_read_only off.';
    found.push(finding('broken', check, `${db.label} can only be read.`, remedy));
  }
  if (!seen.mayCreate) {
    const remedy = seen.schemaExists
      ? `Grant it:\n\n    grant usage, create on schema "${schema}" to USER;`
      : 'Grant the right to create it, or create it for that user:\n\n    grant create on database DATABASE to USER;';
    found.push(
      finding('broken', check, `This user may not create what is needed in "${schema}" of ${db.label}.`, remedy),
    );
  }
  if (seen.closedTables.length > 0) {
    const detail = `This user may not read and write ${seen.closedTables.join(', ')} in "${schema}" of ${db.label}.`;
    const remedy = `Let it work as the owner of the schema, or grant it:\n\n    grant all on all tables in schema "${schema}" to USER;`;
    found.push(finding('broken', check, detail, remedy));
  }
  return found;
};

/** Whether a directory that is not there yet can be made, or one that is there be written. */
const examineDirectory = (check: string, directory: string): Finding => {
  let nearest = directory;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return ok(check, `embedded, not made yet: the first plan makes it in ${directory}`);
  } catch (error) {
    const remedy = 'Let this user write there, or name another directory under state.path.';
    return finding('broken', check, `${nearest} cannot be written: ${systemReason(error)}.`, remedy);
  }
};

/** How databases are reached; each is opened once. */
export interface Looking {
  readonly system: System;
  readonly config: Config;
  readonly connect: (spec: DatabaseSpec, purpose: 'state' | 'place') => Promise<Database>;
}

/** A database that was looked at, and whether it is one that can be worked with. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** Undefined where it cannot be reached, or is not made yet. */
  readonly database: Database | undefined;
}

/** Reaches a database and looks at the clock and the permissions; an embedded one is not made by being looked at. */
export const examineDatabase = async (
  { system, config, connect }: Looking,
  check: string,
  spec: DatabaseSpec,
  purpose: 'state' | 'place',
): Promise<Examined> => {
  if (spec.kind === 'embedded' && !isEmbeddedThere(config.state.directory)) {
    return { findings: [examineDirectory(check, config.state.directory)], database: undefined };
  }
  let database: Database | undefined;
  const findings = await examine(check, async () => {
    const opened = await connect(spec, purpose);
    const before = system.clock.monotonicMs();
    const seen = await inspectDatabase(opened, spec.schema);
    const skew = skewOf(system.clock.now().getTime(), seen.now, system.clock.monotonicMs() - before);
    database = opened;
    const faults = [...examineClock(check, opened, skew), ...permissions(check, opened, spec.schema, seen)];
    return faults.length > 0 ? faults : [ok(check, `${opened.label}, schema ${spec.schema}`)];
  });
  return { findings, database };
};

/** Compares the version of a schema with the one that this program knows. */
export const judgeSchema = (check: string, present: number | undefined, known: number): Finding => {
  if (present === undefined) return ok(check, 'not made yet');
  if (present > known) {
    const remedy = 'Use the version of m3forge that wrote it, or a newer one.';
    return finding('broken', check, `The schema has version ${present}; this program knows up to ${known}.`, remedy);
  }
  if (present === known) return ok(check, `version ${present}`);
  const detail = `The schema has version ${present}; this program brings it to ${known} when it next writes there.`;
  return finding('warning', check, detail, 'See that nobody works with an older m3forge any more.');
};
