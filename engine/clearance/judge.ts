import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { type Block, type BlockFacts, blocksOf, type PlanSection, scheduledBlock } from '../plan/index.ts';
import type { GateResult } from '../state/index.ts';
import { counted, type Digest } from '../values/index.ts';
import { approversText, type Standing } from './approvals.ts';
import { failedGates } from './failed-gates.ts';

declare const judged: unique symbol;

/** The right to apply one section, and no other. Only `judge` makes one, so apply is impossible without it. */
export interface Clearance {
  readonly [judged]: true;
  readonly sectionDigest: Digest;
  readonly gates: readonly GateResult[];
  /** Who approved it; nobody where nobody needed to. */
  readonly approvedBy: readonly string[];
}

/** What is said while approvals are missing: how many, and whose they may be. */
export const approvalMissing = (
  what: { readonly subject: string; readonly address: string; readonly releaseId: string },
  standing: Standing,
): Diagnostic => {
  const given = standing.given.length === 0 ? '' : ` (by ${standing.given.join(', ')})`;
  const short = what.releaseId.slice(0, 8);
  return problem('approval-missing', {
    detail: `${what.subject} needs ${counted(standing.needed, 'approval')} and has ${standing.given.length}${given}. ${approversText(standing)} may approve.`,
    address: what.address,
    hint: `It is approved and then carried out by:\n\n    m3forge approve ${short}\n    m3forge resume ${short}`,
  });
};

/** Approvals of a section that has a release; undefined where nothing is asked for yet. */
export interface Approvals {
  readonly releaseId: string;
  readonly standing: Standing;
}

/** What is said of a section while approvals are missing; empty where none is. */
export const missingApprovals = (section: PlanSection, approvals: Approvals): readonly Diagnostic[] => {
  const { releaseId, standing } = approvals;
  if (standing.missing === 0) return [];
  const subject = `Release ${releaseId.slice(0, 8)} of ${section.to?.version ?? 'the version'} to "${section.target}"`;
  return [approvalMissing({ subject, address: section.target, releaseId }, standing)];
};

/** What blocks a section, as problems. */
const blockProblems = (
  { target }: Pick<PlanSection, 'target'>,
  blocks: readonly Block[],
  hasFailed: boolean,
): readonly Diagnostic[] => {
  // Waiting helps only where everything that stands in the way ends by itself.
  const others = blocks.filter(({ code }) => code !== scheduledBlock);
  const code = !hasFailed && others.every(({ until }) => until !== undefined) ? 'release-held' : 'release-blocked';
  return blocks.map((block) =>
    problem(block.code === scheduledBlock ? 'release-scheduled' : code, {
      detail: block.reason,
      address: target,
      hint: block.remedy,
    }),
  );
};

/** What blocked a section when it was planned. */
export const blockedBy = (section: PlanSection): readonly Diagnostic[] => blockProblems(section, section.blocks, false);

/** Judges one section: a `Clearance`, or every reason why not and who can clear it. Pure. */
export const judge = (
  section: PlanSection,
  facts: BlockFacts,
  gates: readonly GateResult[],
  approvals: Approvals,
): Outcome<Clearance> => {
  const blocks = blocksOf(section, facts);
  const missing = failedGates(section, gates);
  const blocked = blockProblems(section, blocks, missing.length > 0);
  const diagnostics = [...blocked, ...missing, ...missingApprovals(section, approvals)];
  return diagnostics.length > 0
    ? failure(diagnostics)
    : success({ sectionDigest: section.digest, gates, approvedBy: approvals.standing.given } as unknown as Clearance);
};
