import type { PlanDocument } from '../../plan/index.ts';
import { globMatcher } from '../../values/index.ts';

/** What `--select` and `--exclude` say: globs over addresses. */
export interface Filter {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

/** A plan as it is shown: perhaps not all of it. */
export interface ShownPlan {
  readonly document: PlanDocument;
  /** The whole plan, which is what would be applied. */
  readonly whole: PlanDocument;
  /** How many changes and drifted addresses are left out. */
  readonly hidden: number;
}

/** Whether globs were given and the plan has addresses, none of which they match. */
export const matchesNothing = (whole: PlanDocument, select: readonly string[]): boolean => {
  const addresses = [
    ...whole.sections.flatMap(({ changes, drift, configuration_changes: declared }) => [
      ...changes,
      ...drift,
      ...declared,
    ]),
    ...(whole.configuration?.changes ?? []),
  ].map(({ address }) => address);
  return select.length > 0 && addresses.length > 0 && !addresses.some(globMatcher(select));
};

/** Leaves out what is not asked for. What would be applied stays the whole plan. Pure. */
export const filterPlan = (whole: PlanDocument, { select, exclude }: Filter): ShownPlan => {
  if (select.length === 0 && exclude.length === 0) return { document: whole, whole, hidden: 0 };
  const selected = select.length === 0 ? () => true : globMatcher(select);
  const excluded = globMatcher(exclude);
  const isShown = ({ address }: { readonly address: string }): boolean => selected(address) && !excluded(address);
  let hidden = 0;
  const shown = <T extends { readonly address: string }>(entries: readonly T[]): readonly T[] => {
    const kept = entries.filter(isShown);
    hidden += entries.length - kept.length;
    return kept;
  };
  const sections = whole.sections.map((section) => {
    const [changes, drift] = [shown(section.changes), shown(section.drift)];
    return { ...section, changes, drift, configuration_changes: shown(section.configuration_changes) };
  });
  const configuration = whole.configuration && {
    ...whole.configuration,
    changes: shown(whole.configuration.changes),
  };
  return { document: { ...whole, sections, configuration, withheld: shown(whole.withheld) }, whole, hidden };
};

/**
 * The plan as JSON. One of which something is hidden says so, and keeps the `integrity` of the whole, so that it can
 * never be mistaken for a plan to apply.
 */
export const planJson = ({ document, hidden }: ShownPlan): object => (hidden > 0 ? { ...document, hidden } : document);

/** `1 entry`, `2 entries`. */
export const hiddenCount = (hidden: number): string => (hidden === 1 ? '1 entry' : `${hidden} entries`);
