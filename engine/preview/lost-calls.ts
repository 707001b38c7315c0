import { type Diagnostic, warning } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import { counted } from '../values/index.ts';
import { type Callee, type Caller, isFor } from './callee.ts';
import type { PreviewChange } from './document.ts';

/** Names that a sentence lists; more are counted. */
const mostNamed = 5;

const namesOf = (callers: readonly Caller[]): string => {
  const names = callers.map(({ address }) => address).sort();
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
};

/**
 * A warning for each agent or processor that is gone, or is called otherwise, while workflows that stay still call what it
 * was, and nothing else of the project answers to that. Pure.
 */
export const lostCalls = (
  changes: readonly Pick<PreviewChange, 'address' | 'path' | 'after_digest'>[],
  gone: readonly Callee[],
  { callees, callers }: { readonly callees: readonly Callee[]; readonly callers: readonly Caller[] },
): readonly Diagnostic[] =>
  gone.flatMap((callee) => {
    const left = callers.filter(({ calls }) =>
      calls.some((call) => isFor(callee, call) && !callees.some((other) => isFor(other, call))),
    );
    if (left.length === 0) return [];
    const { address, executor, path } = callee;
    const change = changes.find((one) => one.address === address);
    const isThere = change !== undefined && change.after_digest !== null;
    const called = `${executor}://${path ?? ''}`;
    return warning('workflow-call-lost', {
      detail: `${address} ${isThere ? `answers to ${called} no more` : 'is removed'}, and ${counted(left.length, 'workflow')} would still call ${isThere ? 'that' : called}: ${namesOf(left)}.`,
      address,
      range: isThere ? wholeFile(change.path) : undefined,
      hint: 'Change these workflows as well, or leave what they call.',
    });
  });
