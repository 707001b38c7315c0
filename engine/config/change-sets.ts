import { changeSetTypes } from '../values/index.ts';
import type { ChangeSetRule } from './config.ts';
import type { ConfigFile } from './file.ts';
import type { ChangeSetRuleFile } from './file-change-sets.ts';

type Written = Pick<ConfigFile, 'auto_changeset_rules'>;

/** The rules as they are written, in their places; what the schema refused of them is null. */
export const writtenRules = ({ auto_changeset_rules: rules }: Written) => (Array.isArray(rules) ? rules : []);

/** The targets that a rule names, each once; what the schema refused among them is null. */
const targetsNamedIn = ({ auto_deploy_to: targets }: ChangeSetRuleFile): readonly string[] =>
  Array.isArray(targets) ? [...new Set(targets.filter((one) => typeof one === 'string'))] : [];

/** The rules for change sets, in the order of the file. */
export const changeSetRulesOf = (written: Written): readonly ChangeSetRule[] =>
  writtenRules(written).flatMap((rule): readonly ChangeSetRule[] => {
    if (typeof rule?.label !== 'string' || typeof rule.changeset_name !== 'string') return [];
    const { label, changeset_name: changeSet, type, auto_version: autoVersion = false, bump = 'patch' } = rule;
    const autoDeployTo = targetsNamedIn(rule);
    const likeLabel = changeSetTypes.find((one) => one === label.toLowerCase());
    return [{ label, changeSet, type: type ?? likeLabel ?? 'feature', autoVersion, bump, autoDeployTo }];
  });
