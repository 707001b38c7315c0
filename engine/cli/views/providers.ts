import type { Locked, ProviderTest, ProviderView } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

export const providerList = (rows: readonly ProviderView[], style: Style): string => {
  const table = columns(
    ['provider', 'can be', 'package', 'version', 'condition', 'used by'],
    rows.map((row) => [
      row.name,
      row.kinds.join(', ') || null,
      row.package,
      row.version,
      row.condition,
      row.used_by.join(', ') || null,
    ]),
    style.bold,
  );
  const problems = rows.flatMap(({ problem }) => (problem === null ? [] : [inline(problem)]));
  return [table, ...(problems.length > 0 ? ['', ...problems] : [])].join('\n');
};

export const lockedProviders = ({ file, providers, removed }: Locked, style: Style): string => {
  const table = columns(
    ['provider', 'version', 'integrity', 'change'],
    providers.map(({ name, version, integrity, change }) => [name, version, integrity, change]),
    style.bold,
  );
  const gone = removed.length > 0 ? [`No longer named, and taken out: ${removed.map(inline).join(', ')}.`] : [];
  return [table, ...gone, `Written to ${inline(file)}. Commit it with the configuration.`].join('\n');
};

export const providerTest = ({ provider, cases, passed }: ProviderTest, style: Style): string => {
  const lines = cases.flatMap((one) => {
    const head = `  ${one.passed ? style.green('passed') : style.red('FAILED')}  ${inline(`${one.kind}: ${one.title}`)}`;
    return one.detail === null
      ? [head]
      : [head, `          ${inline(one.detail)}`, `          Why it matters: ${inline(one.why)}.`];
  });
  const good = cases.filter((one) => one.passed).length;
  const end = passed
    ? `${inline(provider)} keeps its contract: ${counted(cases.length, 'case')} passed.`
    : `${inline(provider)}: ${good} of ${counted(cases.length, 'case')} passed.`;
  return [...lines, '', end].join('\n');
};
