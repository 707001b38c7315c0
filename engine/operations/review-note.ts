import type { Review } from '../state/index.ts';

/** What whoever plans anything for a place should know of what came there in an emergency. Pure. */
export const reviewNote = ({ releaseId, version, openedBy, justification }: Review): string =>
  `${version} came to this place in an emergency that ${openedBy} declared ("${justification}"), and has not passed its gates since; "m3forge review close ${releaseId.slice(0, 8)}" has them judged.`;
