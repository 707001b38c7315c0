import { type Digest, digestOf, type JsonObject } from '../values/index.ts';
import type { PlanDocument, PlanSection } from './document.ts';

/** Raised when the meaning of a digested field changes, so that older plans are refused instead of misread. */
const sectionFormat = 1;

/** A section before it has its digest. */
export type UnsealedSection = Omit<PlanSection, 'digest'>;

/**
 * What a section's digest covers: what would be done and everything it rests on. Notes and blocks are left out, because
 * lifting a hold needs no new plan; so are times and authors.
 */
export const sectionDigest = (lineage: string, section: UnsealedSection): Digest => {
  const { target, environment, kind, place_id, configuration, from, to, changes, drift } = section;
  const covered = {
    format: sectionFormat,
    lineage,
    target,
    environment,
    kind,
    place_id,
    configuration,
    from,
    to,
    changes,
    drift,
    gates: section.gates,
    approvals: section.approvals,
    allow_deletes: section.allow_deletes,
    backup: section.backup,
  };
  return digestOf(covered as unknown as JsonObject);
};

/** SHA-256 over the canonical form of a document without its `integrity`. */
export const integrityOf = (document: Omit<PlanDocument, 'integrity'>): Digest => {
  const { integrity: _, ...rest } = document as PlanDocument;
  return digestOf(rest as unknown as JsonObject);
};

/** Whether there is anything to do: a change of content, or something recorded wrongly that a release puts right. */
export const hasWork = (section: PlanSection): boolean =>
  section.to !== null && (section.changes.length > 0 || section.drift.length > 0 || movesVersion(section));

/** Another version with equal content is still a release: the place must say which version it runs. */
const movesVersion = (section: PlanSection): boolean =>
  section.to !== null && section.to.version !== section.from.version;
