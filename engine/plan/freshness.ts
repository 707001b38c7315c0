import { canonicalJson, type JsonObject } from '../values/index.ts';
import type { PlanSection } from './document.ts';

const same = (left: unknown, right: unknown): boolean =>
  canonicalJson(left as JsonObject) === canonicalJson(right as JsonObject);

const changedKeys = (left: JsonObject, right: JsonObject, prefix = ''): readonly string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])].sort().flatMap((key) => {
    const [a, b] = [left[key] ?? null, right[key] ?? null];
    if (same(a, b)) return [];
    const nested = [a, b].every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    return nested ? changedKeys(a as JsonObject, b as JsonObject, `${prefix}${key}.`) : [`${prefix}${key}`];
  });

const demandText = ({ approvals, approval }: PlanSection): string =>
  `${approvals}${approval?.allowed_approvers ? ` of ${approval.allowed_approvers.join(', ')}` : ''}`;

/**
 * What has moved between a saved section and the same section planned now, one sentence each; empty where the saved one
 * still holds. Only what the digest covers counts.
 */
export const whatMoved = (saved: PlanSection, present: PlanSection): readonly string[] => {
  const moved: string[] = [];
  if (saved.place_id !== present.place_id) {
    moved.push(`the place is ${present.place_id === 'new' ? 'new' : present.place_id} and was ${saved.place_id}`);
  }
  if (saved.from.activation !== present.from.activation || saved.from.seq !== present.from.seq) {
    moved.push(
      `the place was at activation ${saved.from.activation} (${saved.from.version ?? 'empty'}) and is at activation ${present.from.activation} (${present.from.version ?? 'empty'})`,
    );
  } else if (saved.from.manifest_digest !== present.from.manifest_digest) {
    moved.push('the active content of the place was changed by hand');
  }
  if (!same(saved.configuration, present.configuration)) {
    moved.push(
      `the configuration of the target changed: ${changedKeys(saved.configuration, present.configuration).join(', ')}`,
    );
  }
  if (saved.to?.commit !== present.to?.commit) {
    moved.push(
      `the tag ${saved.to?.version ?? ''} was moved from ${saved.to?.commit ?? 'none'} to ${present.to?.commit ?? 'none'}`,
    );
  } else if (saved.to?.manifest_digest !== present.to?.manifest_digest || saved.to?.seq !== present.to?.seq) {
    moved.push(`what ${saved.to?.version ?? 'the version'} consists of changed`);
  }
  if (!same(saved.drift, present.drift)) {
    const addresses = [...new Set([...saved.drift, ...present.drift].map((drift) => drift.address))];
    moved.push(`drift differs: ${addresses.join(', ') || 'none now'}`);
  }
  if (!same(saved.configuration_changes, present.configuration_changes)) {
    const before = new Map(saved.configuration_changes.map((change) => [change.address, change]));
    const after = new Map(present.configuration_changes.map((change) => [change.address, change]));
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
      (address) => !same(before.get(address) ?? null, after.get(address) ?? null),
    );
    moved.push(`what is declared, or recorded of it, changed: ${differing.sort().join(', ')}`);
  }
  if (!same(saved.gates, present.gates)) moved.push('other gates must pass');
  if (saved.approvals !== present.approvals || !same(saved.approval ?? null, present.approval ?? null)) {
    moved.push(`the approvals that it needs changed: ${demandText(saved)}, and ${demandText(present)} now`);
  }
  if (!same(saved.held, present.held)) moved.push('the recorded rules of the target changed');
  if (!same(saved.variables, present.variables)) {
    const names = [...new Set([...saved.variables, ...present.variables].map(({ name }) => name))];
    moved.push(`variables differ: ${names.sort().join(', ')}`);
  }
  if (moved.length === 0 && saved.digest !== present.digest) moved.push('what would be done differs');
  return moved;
};
