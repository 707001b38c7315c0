import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { canonicalJson, type StructuralPath } from '../values/index.ts';
import { type ApprovalSpelling, aliasedApprovals, approvalSpellings, isActor } from './approvals.ts';
import type { TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';

const targetsOf = ({ written }: Subject): readonly (readonly [string, TargetFile])[] =>
  entriesOf<TargetFile>(written.targets);

const at = (target: string, path: StructuralPath): StructuralPath => ['targets', target, ...path];

/** Whether two spellings mean the same; the order of names says nothing. */
const meansSame = (left: ApprovalSpelling, right: ApprovalSpelling): boolean => {
  const [a, b] = [left.value, right.value].map((value) =>
    canonicalJson(Array.isArray(value) ? [...new Set(value)].sort() : value),
  );
  return a === b;
};

const spellingsAgree: Rule = (subject) =>
  targetsOf(subject).flatMap(([name, written]) =>
    aliasedApprovals.flatMap((key): readonly Diagnostic[] => {
      const [first, ...others] = approvalSpellings(written, key);
      return others
        .filter((other) => first !== undefined && !meansSame(first, other))
        .map(({ path }) =>
          problem('config-alias-conflict', {
            detail: `This says something else than \`${at(name, first?.path ?? []).join('.')}\`, and both mean the same key.`,
            range: subject.document.locate(at(name, path)),
            hint: 'Keep one of the two.',
          }),
        );
    }),
  );

/** A release that asks for approvals, and for none of them, contradicts itself. */
const someoneIsAsked: Rule = (subject) =>
  targetsOf(subject).flatMap(([name, written]) => {
    const [min] = approvalSpellings(written, 'min_approvals');
    if (written.type !== 'manual_approval' || min?.value !== 0) return [];
    return problem('config-approvals', {
      detail: `The target "${name}" is of the type manual_approval, and asks for no approval.`,
      range: subject.document.locate(at(name, min.path)),
      hint: 'Ask for one at least, or write `type: auto_deploy`.',
    });
  });

/** With fewer people than approvals, no release would ever start. */
const enoughMayApprove: Rule = (subject) =>
  [...subject.config.targets.values()].flatMap(({ name, approvals }) => {
    const { min, allowedApprovers } = approvals;
    if (!allowedApprovers || allowedApprovers.length >= min) return [];
    const written = targetsOf(subject).find(([one]) => one === name)?.[1] ?? ({} as TargetFile);
    const [spelling] = approvalSpellings(written, 'allowed_approvers');
    return problem('config-approvals', {
      detail: `The target "${name}" needs ${min} approvals by different people, and only ${allowedApprovers.length} may approve: ${allowedApprovers.join(', ')}.`,
      range: subject.document.locate(at(name, spelling?.path ?? [])),
      hint: 'Name more people, or ask for fewer approvals.',
    });
  });

const approversAreNames: Rule = (subject) =>
  targetsOf(subject).flatMap(([name, written]) =>
    approvalSpellings(written, 'allowed_approvers').flatMap(({ path, value }) =>
      (Array.isArray(value) ? (value as readonly (string | null)[]) : []).flatMap((approver, index) =>
        approver === null || isActor(approver)
          ? []
          : problem('config-approvals', {
              detail: "This is nobody's name: it is empty, too long, or has a space at an end.",
              range: subject.document.locate(at(name, [...path, index])),
            }),
      ),
    ),
  );

const timeIsLeft: Rule = (subject) =>
  targetsOf(subject).flatMap(([name, written]) =>
    approvalSpellings(written, 'timeout_hours').flatMap(({ path, value }) =>
      typeof value === 'number' && value > 0
        ? []
        : problem('config-approvals', {
            detail: 'Nobody could approve in no time.',
            range: subject.document.locate(at(name, path)),
            hint: 'Write hours, such as 24 or 0.5; leave it out to wait for ever.',
          }),
    ),
  );

export const approvalRules: readonly Rule[] = [
  spellingsAgree,
  someoneIsAsked,
  enoughMayApprove,
  approversAreNames,
  timeIsLeft,
];
