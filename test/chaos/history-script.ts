import type { DatabaseKind } from './world.ts';

/** A command as it is typed, and how it ended. */
export interface Typed {
  readonly line: string;
  readonly exit: number;
}

/** The body of one workflow is changed in the place, as somebody with a database client does it. */
export const handmadeChange = [
  'update production.artifact a',
  "set body = convert_to(jsonb_set(convert_from(a.body, 'UTF8')::jsonb, array['tags'], to_jsonb(array['by hand']))::text, 'UTF8')",
  'from production.artifact_version v, production.place p',
  "where v.digest = a.digest and v.name = 'alpha' and v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active)",
].join(' ');

/** As it stands in a script: the backups in the order in which they were taken, counted from 1. */
export const nthBackup = (nth: number): string => `$(nth_backup ${nth})`;

const needsServer = [
  '# CHAOS_URL must be the URL of an empty PostgreSQL database.',
  `: "\${CHAOS_URL:?}" && export CHAOS_URL`,
];

const setUp = (database: DatabaseKind): readonly string[] => [
  '#!/bin/sh',
  '# To be run in an empty folder. M3FORGE must be the folder of a clone that was built.',
  `: "\${M3FORGE:?}"`,
  ...(database === 'server' ? needsServer : []),
  `node --no-warnings "$M3FORGE/test/chaos/history-project.ts" ${database} || exit`,
  'PATH="$PWD/bin:$PATH"',
  'nth_backup() {',
  '  m3forge backup list --target production --json |',
  `    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).at(-process.argv[1]).id' "$1"`,
  '}',
  'expect() {',
  '  wanted=$1; shift; "$@"; exit=$?',
  '  [ "$exit" -eq "$wanted" ] || { echo "ended with $exit instead of $wanted: $*" >&2; exit 1; }',
  '}',
];

/** A shell script that does all of it again, and stops at the first command that ends otherwise. */
export const scriptOf = (database: DatabaseKind, typed: readonly Typed[]): string =>
  [...setUp(database), ...typed.map(({ line, exit }) => `expect ${exit} ${line}`), ''].join('\n');
