import type { Plant } from './plant.ts';

/** Bugs in what stands around the protocol: backups, messages and exit codes. */
export const plantsAround: readonly Plant[] = [
  {
    name: 'exit-code-of-success',
    meaning: 'a failed release ends with exit code 0',
    caughtBy: 'server/release/after-lease@1=cut/2',
    breaks: 'I13',
    edits: [
      {
        file: 'engine/diagnostics/diagnostic.ts',
        original: '  return first ? registry[first.code].exit : 0;',
        planted: '  return first && !(PLANTED) ? registry[first.code].exit : 0;',
      },
    ],
  },
  {
    name: 'backup-not-complete',
    meaning: 'a backup lacks a body that only it should have kept',
    caughtBy: 'server/failing/before-return@1=kill9/23+restore',
    breaks: 'I8',
    edits: [
      {
        file: 'engine/backups/draft.ts',
        original: '    bodies: elsewhere.filter((digest) => !unsound.has(digest)),',
        planted: '    bodies: elsewhere.filter((digest, index) => !unsound.has(digest) && !(PLANTED && index === 0)),',
      },
    ],
  },
  {
    name: 'restore-of-another-backup',
    meaning: 'a restore ends well, and the place holds what another backup holds',
    caughtBy: 'server/release/after-success-recorded@1=kill9/1+restore',
    breaks: 'I8',
    edits: [
      {
        file: 'engine/operations/backup.ts',
        original: '  const record = await requireBackup(session, id);\n  const reading',
        planted:
          '  const wanted = await requireBackup(session, id);\n  const others = PLANTED ? await listBackups(session.state) : [];\n  const record = others.find((other) => other.id !== wanted.id) ?? wanted;\n  const reading',
      },
    ],
  },
  {
    name: 'password-in-messages',
    meaning: 'messages name a database with its password',
    caughtBy: 'server/release/after-lease@1=cut/2',
    breaks: 'I7',
    edits: [
      {
        file: 'engine/database/server-url.ts',
        original: "  const label = `${host}:${parsed.port || '5432'}/${database}`;",
        planted: "  const label = PLANTED ? url : `${host}:${parsed.port || '5432'}/${database}`;",
      },
      {
        file: 'engine/values/redactor.ts',
        original: '      if (value.length < shortestSecret) return;',
        planted: '      if (PLANTED || value.length < shortestSecret) return;',
      },
    ],
  },
  {
    name: 'backup-not-proven',
    meaning: 'a backup is recorded although what was written of it cannot be read back',
    caughtBy: 'server/release/pack@1=flip/1+restore',
    breaks: 'I8',
    edits: [
      {
        file: 'engine/backups/prove.ts',
        original: '  if (rows.length === 0) return;',
        planted: '  if (PLANTED || rows.length === 0) return;',
      },
    ],
  },
];
