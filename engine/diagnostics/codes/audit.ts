import { defineCodes } from './define.ts';

/** The audit trail: whether it is what was written. */
export const auditCodes = defineCodes({
  'audit-broken': { summary: 'The audit trail was changed', exit: 1 },
  'audit-anchor-invalid': { summary: 'This is no checkpoint of an audit trail', exit: 1 },
  'audit-anchor-missing': { summary: 'The file of checkpoints is not there', exit: 1 },
  'audit-anchor-unreadable': { summary: 'The checkpoints cannot be read', exit: 1 },
  'audit-anchor-foreign': { summary: 'The checkpoint is of another state', exit: 1 },
  'audit-anchor-refused': { summary: 'The checkpoint could not be written', exit: 1 },
});
