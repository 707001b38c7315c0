import { defineCodes } from './define.ts';

export const databaseCodes = defineCodes({
  'database-url-invalid': { summary: 'The database URL cannot be read', exit: 1 },
  'database-unreachable': { summary: 'The database cannot be reached', exit: 1 },
  'database-login-refused': { summary: 'The database refuses the login', exit: 1 },
  'database-unknown': { summary: 'The database does not exist', exit: 1 },
  'database-privilege-missing': { summary: 'The database user lacks a privilege', exit: 1 },
  'database-tls-failed': { summary: 'No verified TLS connection', exit: 1 },
  'database-too-many-connections': { summary: 'The server has no connection left', exit: 1 },
  'database-read-only': { summary: 'The database is read-only', exit: 1 },
  'database-disk-full': { summary: 'The disk of the database is full', exit: 1 },
  'database-timeout': { summary: 'The database took too long', exit: 1 },
  'database-corrupted': { summary: 'The database is damaged', exit: 1 },
  'database-damaged': { summary: 'Something m3forge created is missing', exit: 1 },
  'database-connection-lost': { summary: 'The connection to the database broke', exit: 1 },
  'database-commit-unknown': { summary: 'The connection broke while a change was under way', exit: 1 },
  'database-embedded-locked': { summary: 'The embedded database is in use', exit: 4 },
  'database-embedded-unwritable': { summary: 'The embedded database cannot be written', exit: 1 },
  'database-embedded-stopped': { summary: 'The embedded database stopped', exit: 1 },
  'database-schema-newer': { summary: 'The schema is newer than this program', exit: 1 },
  'database-relation-exists': { summary: 'A relation of this name exists already', exit: 1 },
  'place-locked-by-session': { summary: 'Another database session holds a lock on the place', exit: 1 },
});
