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
  const { variables, configuration_changes, held } = section;
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
    variables,
    configuration_changes,
    held,
    gates: section.gates,
    approvals: section.approvals,
    // Only where it is there: what needs no approval has the digest that it always had.
    ...(section.approval && { approval: section.approval }),
    ...(section.emergency && { emergency: section.emergency }),
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

/** Whether there is anything to release: a change of what the place holds, or something that a release puts right. */
export const hasRelease = ({ to, from, changes, drift, variables }: UnsealedSection): boolean =>
  // Another version with equal content is still a release: the place must say which version it runs.
  to !== null && (changes.length > 0 || drift.length > 0 || variables.length > 0 || to.version !== from.version);

/** Whether there is anything to do: a release, or configuration to record. */
export const hasWork = (section: PlanSection): boolean =>
  hasRelease(section) || section.configuration_changes.length > 0;
