import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
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

/** Where no version is made, nothing is released; and a target that waits for its time is not released to at another one. */
const targetsAreReleasedTo: Rule = ({ written, config, document }) =>
  writtenRules(written).flatMap((rule, index): readonly Diagnostic[] => {
    const targets: unknown = rule?.auto_deploy_to;
    if (!Array.isArray(targets)) return [];
    if (rule?.auto_version !== true) {
      return [
        problem('config-changeset-rule', {
          detail: '`auto_deploy_to` says where a version goes that is made by itself, and this rule makes none.',
          range: document.locate(at(index, 'auto_deploy_to')),
          hint: 'Add `auto_version: true`, or take `auto_deploy_to` away.',
        }),
      ];
    }
    return targets.flatMap((name: unknown, item): readonly Diagnostic[] => {
      if (typeof name !== 'string') return [];
      const range = document.locate([...at(index, 'auto_deploy_to'), item]);
      const target = config.targets.get(name);
      if (!target) {
        const near = closest(name, [...config.targets.keys()]);
        const hint = near && `Did you mean \`${near}\`?`;
        return [problem('config-unknown-target', { detail: `There is no target "${name}".`, range, hint })];
      }
      if (target.type !== 'scheduled' && target.version.kind !== 'from') return [];
      const why = target.type === 'scheduled' ? 'is released to at its own times' : 'takes what another target runs';
      const detail = `The target "${name}" ${why}, so no version goes there by itself.`;
      return [problem('config-changeset-rule', { detail, range, hint: 'Take it out of `auto_deploy_to`.' })];
    });
  });

export const changeSetRules: readonly Rule[] = [textsAreUsable, labelsAreUnique, bumpsAreUsed, targetsAreReleasedTo];
