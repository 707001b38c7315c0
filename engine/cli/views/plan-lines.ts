import type { Action } from '../../plan/index.ts';
import { inline } from './escape.ts';
import { actionOf, symbolOf } from './plan-counts.ts';
import type { Style } from './style.ts';

export interface PlanTextOptions {
  readonly style: Style;
  /** Also the semantic difference of each update. */
  readonly detail: boolean;
}

/** Longer addresses do not push the reasons of all others aside. */
const widestAddress = 60;

const widthOf = (text: string): number => Array.from(text).length;

export const widthOfAddresses = (changes: readonly { readonly address: string }[]): number =>
  Math.min(
    widestAddress,
    changes.reduce((most, { address }) => Math.max(most, widthOf(inline(address))), 0),
  );

/** One artifact, or one part of the configuration: what is done to it, and why. */
export const addressLine = (
  change: { readonly address: string; readonly actions: readonly Action[]; readonly reason: string },
  width: number,
  style: Style,
): string => {
  const address = inline(change.address);
  const space = ' '.repeat(Math.max(0, width - widthOf(address)));
  return `  ${symbolOf(actionOf(change), style)} ${address}${space}  ${style.dim(inline(change.reason))}`;
};
