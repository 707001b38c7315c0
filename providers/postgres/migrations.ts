import type { Migration } from '../../engine/database/index.ts';
import initial from './migrations/001-initial.sql';

/** All steps of a place's schema, forward only. */
export const migrations: readonly Migration[] = [{ id: 1, name: 'initial', sql: initial }];

export const newestSchema = migrations.length;
