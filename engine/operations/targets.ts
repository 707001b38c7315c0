import type { Config, TargetConfig } from '../config/index.ts';
import { refuse } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';

const tier: Readonly<Record<string, number>> = { development: 0, staging: 1, production: 2 };

/** The target of this name, or a refusal that says which there are. */
export const requireTarget = (config: Config, name: string): TargetConfig => {
  const target = config.targets.get(name);
  if (target) return target;
  const names = [...config.targets.keys()];
  const near = closest(name, names);
  throw refuse('target-unknown', {
    detail: `There is no target "${name}" in ${config.file}.`,
    hint: near ? `Did you mean "${near}"?` : `There are: ${names.join(', ') || 'none'}.`,
  });
};

const isEnabled = (config: Config, target: TargetConfig): boolean =>
  target.enabled && config.environments.get(target.environment)?.enabled !== false;

/** The target that `{ from: … }` names. */
export const followed = (target: TargetConfig): string | undefined =>
  target.version.kind === 'from' ? target.version.target : undefined;

/**
 * The order in which targets are planned and applied: what others follow first, then development, staging, production,
 * then as they stand in the file. Configurations with a circle of `from` never get here.
 */
export const inOrder = (config: Config, targets: readonly TargetConfig[]): readonly TargetConfig[] => {
  const rank = (target: TargetConfig): number => tier[config.environments.get(target.environment)?.type ?? ''] ?? 3;
  const byTier = [...targets].sort((left, right) => rank(left) - rank(right));
  const ordered: TargetConfig[] = [];
  const visit = (target: TargetConfig): void => {
    if (ordered.includes(target)) return;
    const source = byTier.find(({ name }) => name === followed(target));
    if (source) visit(source);
    ordered.push(target);
  };
  for (const target of byTier) visit(target);
  return ordered;
};

/** The targets that were named, or all that are enabled; in order. */
export const chooseTargets = (config: Config, names: readonly string[]): readonly TargetConfig[] =>
  inOrder(
    config,
    names.length > 0
      ? [...new Set(names)].map((name) => requireTarget(config, name))
      : [...config.targets.values()].filter((target) => isEnabled(config, target)),
  );

export { isEnabled };
