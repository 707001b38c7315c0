import { problem } from '../diagnostics/index.ts';
import { faultOfText, isSameLabel } from '../values/index.ts';
import { writtenRules } from './change-sets.ts';
import type { Rule } from './subject.ts';

const at = (index: number, key: string) => ['auto_changeset_rules', index, key];

const textsAreUsable: Rule = ({ written, document }) =>
  writtenRules(written).flatMap((rule, index) =>
    (
      [
        ['label', 'label'],
        ['changeset_name', 'name'],
      ] as const
    ).flatMap(([key, kind]) => {
      const text = rule?.[key];
      // An empty one has had its complaint.
      const fault = text ? faultOfText(kind, text) : undefined;
      return fault === undefined
        ? []
        : problem('config-changeset-rule', { detail: `\`${key}\` ${fault}.`, range: document.locate(at(index, key)) });
    }),
  );

/** The first rule of a label is the one that counts, so a second one would never be looked at. */
const labelsAreUnique: Rule = ({ written, document }) =>
  writtenRules(written).flatMap((rule, index, rules) => {
    const first = rules.findIndex((other) => other?.label && rule?.label && isSameLabel(other.label, rule.label));
    if (first < 0 || first === index) return [];
    const { line } = document.locate(at(first, 'label')).start;
    return problem('config-changeset-rule', {
      detail: `The rule on line ${line} is for the label "${rule?.label}" already.`,
      range: document.locate(at(index, 'label')),
      hint: 'Take one of the two away.',
    });
  });

/** A number says nothing where no version is made. */
const bumpsAreUsed: Rule = ({ written, document }) =>
  writtenRules(written).flatMap((rule, index) =>
    rule?.bump === undefined || rule.auto_version === true
      ? []
      : problem('config-changeset-rule', {
          detail: '`bump` says how far the number rises of a version that is made by itself, and this rule makes none.',
          range: document.locate(at(index, 'bump')),
          hint: 'Add `auto_version: true`, or take `bump` away.',
        }),
  );

export const changeSetRules: readonly Rule[] = [textsAreUsable, labelsAreUnique, bumpsAreUsed];
