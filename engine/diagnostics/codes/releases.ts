import { defineCodes } from './define.ts';

/** Places, leases, plans, releases, backups: what can stand in the way of a release. */
export const releaseCodes = defineCodes({
  'place-leased': { summary: 'The place is leased by another process', exit: 4 },
  'lease-lost': { summary: 'The lease was lost', exit: 9 },
  'place-fenced': { summary: 'A newer lease has taken over', exit: 9 },
  'place-of-another-environment': { summary: 'The place belongs to another environment', exit: 1 },
  'place-of-another-state': { summary: 'The place belongs to another state', exit: 6 },
  'place-schema-newer': { summary: 'The place was made by a newer m3forge', exit: 1 },
  'place-schema-taken': { summary: 'The schema holds relations that m3forge did not create', exit: 1 },
  'place-missing': { summary: 'Nothing was ever released there', exit: 1 },
  'place-assertion-failed': { summary: 'The place did not come to what was planned', exit: 8 },
});
