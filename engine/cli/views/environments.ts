import type { EnvironmentView, Parity, VariableView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const list = (values: readonly (string | number)[]): string | null => (values.length === 0 ? null : values.join(', '));

export const environmentList = (rows: readonly EnvironmentView[], style: Style): string =>
  rows.length === 0
    ? 'There are no environments.'
    : columns(
        ['environment', 'type', 'targets', 'runs', 'schema', 'variables', 'remarks'],
        rows.map((row) => [
          row.environment,
          row.type,
          list(row.targets),
          list(row.versions),
          list(row.schema_versions),
          row.variables,
          row.enabled ? '' : 'disabled',
        ]),
        style.bold,
      );

export const variableList = (rows: readonly VariableView[], style: Style): string =>
  rows.length === 0
    ? 'There are no variables.'
    : columns(
        ['variable', 'value', 'from', 'at', 'instead of'],
        rows.map((row) => [
          row.name,
          row.value,
          row.from === 'global' ? 'global default' : 'environment',
          row.at,
          row.instead_of ? `${row.instead_of.value} (${row.instead_of.at})` : '',
        ]),
        style.bold,
      );

export const parityText = ({ left, right, differences }: Parity, style: Style): string =>
  differences.length === 0
    ? `${inline(left)} and ${inline(right)} have versions of gateways, schema, variables, limits and rules in common.`
    : columns(
        ['what', left, right],
        differences.map((one) => [one.what, one.left, one.right]),
        style.bold,
      );
