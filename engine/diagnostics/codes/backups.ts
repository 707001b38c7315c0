import { defineCodes } from './define.ts';

export const backupCodes = defineCodes({
  'backup-proof-failed': { summary: 'The backup could not be proven', exit: 1 },
  'backup-damaged': { summary: 'The backup is damaged', exit: 1 },
  'backup-format-newer': { summary: 'The backup was made by a newer m3forge', exit: 1 },
  'backup-content-unknown': { summary: 'What should be backed up is not known', exit: 1 },
});
