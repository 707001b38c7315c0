import { type Refusal, refuse } from '../diagnostics/index.ts';

/** PostgreSQL's codes for a table, a column and a function that is not there. */
const states: ReadonlySet<string> = new Set(['42P01', '42703', '42883']);

/**
 * A `Refusal` where a statement names something that is not there, else undefined. All statements are ours and rest on
 * migrations that are recorded as done: what they miss was removed by somebody.
 */
export const explainMissing = (code: string, error: Error, label: string): Refusal | undefined =>
  states.has(code)
    ? refuse(
        'database-damaged',
        {
          detail: `The database ${label} lacks something that m3forge created: ${error.message} (${code}).`,
          hint: 'Restore the database from its backup, or give the environment a new schema.',
        },
        error,
      )
    : undefined;
