import type { Migration } from '../../engine/database/index.ts';
import initial from './migrations/001-initial.sql';
import views from './migrations/002-views.sql';
import variables from './migrations/003-variables.sql';
import processorFiles from './migrations/004-processor-files.sql';

/** All steps of a place's schema, forward only. */
export const migrations: readonly Migration[] = [
  { id: 1, name: 'initial', sql: initial },
  { id: 2, name: 'views', sql: views },
  { id: 3, name: 'variables', sql: variables },
  { id: 4, name: 'processor-files', sql: processorFiles },
];

/** The first version of the schema that has variables. */
export const schemaWithVariables = 3;

export const newestSchema = migrations.length;

/** A place may share its schema with relations of others, so the ledger's name says whose it is. */
export const ledger = 'm3forge_migration';
