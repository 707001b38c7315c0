import type { PlaceStatus, Variables } from '../provider/index.ts';
import { isJsonObject, isSecretName, mask } from '../values/index.ts';
import type { ConfigurationPlan } from './configuration.ts';
import type { Drift, VariableChange } from './document.ts';

const textOf = (name: string, value: string | undefined): string | null =>
  value === undefined ? null : isSecretName(name) ? mask : value;

/** What differs between two sets of variables, by name; what sounds secret is masked. Pure. */
export const variablesBetween = (before: Variables, after: Variables): readonly VariableChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, before: textOf(name, before[name]), after: textOf(name, after[name]) }));

/** What the last activation has left in a place; nothing where there was none, or where it knew no variables yet. */
export const recordedVariables = (status: Pick<PlaceStatus, 'activation'> | undefined): Variables =>
  status?.activation?.variables ?? {};

/** What the workflows of an environment should see: its own values before the global defaults. Pure. */
export const wantedVariables = (
  { effective }: Pick<ConfigurationPlan, 'effective'>,
  environment: string,
): Variables => {
  const wanted: Record<string, string> = {};
  for (const [address, { value }] of effective) {
    if (address.startsWith('variable.') && typeof value === 'string') wanted[address.slice('variable.'.length)] = value;
  }
  const own = effective.get(`environment.${environment}`)?.variables;
  for (const [name, value] of Object.entries(isJsonObject(own) ? own : {})) {
    if (typeof value === 'string') wanted[name] = value;
  }
  return wanted;
};

/** What a release changes among the variables of a place. Pure. */
export const variableChanges = (
  status: Pick<PlaceStatus, 'activation'> | undefined,
  wanted: Variables,
): readonly VariableChange[] => variablesBetween(recordedVariables(status), wanted);

/** Variables that were changed by hand since the last activation. Pure. */
export const variableDrift = (status: PlaceStatus | undefined): readonly Drift[] =>
  variablesBetween(recordedVariables(status), status?.variables ?? {}).map(({ name, before, after }) => ({
    address: `variable.${name}`,
    field: 'variable',
    recorded: before,
    actual: after,
    reason:
      before === null
        ? 'it was added by hand'
        : after === null
          ? 'it was removed by hand'
          : 'its value was changed by hand',
  }));
