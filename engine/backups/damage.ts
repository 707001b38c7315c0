import { Refusal, refuse } from '../diagnostics/index.ts';
import type { BackupStore } from '../provider/index.ts';

/** A file of a backup that is not what was written. */
export const damaged = (backups: BackupStore, file: string, what: string): Refusal =>
  refuse('backup-damaged', {
    detail: `The file ${file} in ${backups.label} ${what}.`,
    hint: 'Nothing was restored from it. See which backups are whole with:\n\n    m3forge backup verify --full',
  });

/** A backup that came out wrong while it was taken: it is not recorded, and what it replaces is still there. */
export const unproven = (detail: string, cause?: unknown): Refusal =>
  refuse(
    'backup-proof-failed',
    {
      detail,
      hint: 'Nothing was recorded, and older backups are untouched. Look after the place and the disk, then try again.',
    },
    cause,
  );

export const isDamage = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'backup-damaged');
