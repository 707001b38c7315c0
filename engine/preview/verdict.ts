import type { PreviewDocument } from './document.ts';

/**
 * Whether merging would be a mistake by what is known now: `invalid` where something of the head is, `refused` where a gate
 * does not pass or both sides changed something that nobody can merge for them. Pure.
 */
export const verdictOf = ({
  problems,
  conflicts,
  targets,
}: Pick<PreviewDocument, 'problems' | 'conflicts' | 'targets'>): 'fine' | 'invalid' | 'refused' => {
  if (problems.some(({ severity }) => severity === 'error')) return 'invalid';
  const isRefused =
    conflicts.length > 0 || targets.some(({ gates }) => gates.some(({ verdict }) => verdict === 'fail'));
  return isRefused ? 'refused' : 'fine';
};
