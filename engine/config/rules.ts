import type { Diagnostic } from '../diagnostics/index.ts';
import { approvalRules } from './rules-approvals.ts';
import { changeSetRules } from './rules-change-sets.ts';
import { databaseRules } from './rules-databases.ts';
import { emergencyRules } from './rules-emergency.ts';
import { gateRules } from './rules-gates.ts';
import { gatewayTestRules } from './rules-gateway-tests.ts';
import { gatewayRules } from './rules-gateways.ts';
import { nameRules } from './rules-names.ts';
import { notificationRules } from './rules-notifications.ts';
import { providerRules } from './rules-providers.ts';
import { scheduleRules } from './rules-schedules.ts';
import { sourceControlRules } from './rules-source-control.ts';
import { targetRules } from './rules-targets.ts';
import { teamRules } from './rules-team.ts';
import { textRules } from './rules-texts.ts';
import { variableRules } from './rules-variables.ts';
import { windowRules } from './rules-windows.ts';
import type { Rule, Subject } from './subject.ts';

const rules: readonly Rule[] = [
  ...nameRules,
  ...databaseRules,
  ...targetRules,
  ...approvalRules,
  ...teamRules,
  ...scheduleRules,
  ...windowRules,
  ...emergencyRules,
  ...gateRules,
  ...gatewayRules,
  ...gatewayTestRules,
  ...providerRules,
  ...notificationRules,
  ...textRules,
  ...variableRules,
  ...changeSetRules,
  ...sourceControlRules,
];

/** Everything that is wrong with a configuration beyond its shape. No rule knows of another. */
export const checkRules = (subject: Subject): readonly Diagnostic[] => rules.flatMap((rule) => rule(subject));
