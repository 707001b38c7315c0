import { defineCodes } from './define.ts';

/** Providers, HTTP, and the command line itself. */
export const wireCodes = defineCodes({
  'provider-unknown': { summary: 'Unknown provider', exit: 1 },
  'provider-lacks-capability': { summary: 'The provider cannot do this', exit: 1 },
  'http-request-invalid': { summary: 'The HTTP request cannot be made', exit: 1 },
  'http-unreachable': { summary: 'The HTTP server cannot be reached', exit: 1 },
  'http-timeout': { summary: 'The HTTP server took too long', exit: 1 },
  'http-tls': { summary: 'No verified TLS connection to the HTTP server', exit: 1 },
  'http-redirect-refused': { summary: 'The HTTP server redirects to where m3forge does not follow', exit: 1 },
  'http-too-large': { summary: 'The HTTP response is too large', exit: 1 },
  'http-response-invalid': { summary: 'The HTTP response cannot be read', exit: 1 },
  'http-interrupted': { summary: 'The HTTP request was interrupted', exit: 130 },
  'backup-name-invalid': { summary: 'Not a name for a backup file', exit: 1 },
  'backup-file-exists': { summary: 'The backup file exists already', exit: 1 },
  'backup-store-not-a-directory': { summary: 'The backup location is no directory', exit: 1 },
  'backup-store-link-refused': { summary: 'A symbolic link in the backup directory', exit: 1 },
  'backup-store-unwritable': { summary: 'The backup directory cannot be written', exit: 1 },
  'backup-store-unreadable': { summary: 'The backup directory cannot be read', exit: 1 },
  'backup-store-full': { summary: 'The disk of the backup directory is full', exit: 1 },
});
