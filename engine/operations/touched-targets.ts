import { readDeclared } from '../state/index.ts';
import type { Session } from './session.ts';

/** A part of what there is: one target, all of an environment, or everything where neither is named. */
interface Part {
  readonly target: string | null;
  readonly environment: string | null;
}

/**
 * The targets that something touches, by the file and by what is recorded: whoever leaves one out of a file gets no right by
 * that. Where none is known, the name of the part itself, which stands for the strictest.
 */
export const touchedTargets = async (
  { config, state }: Pick<Session, 'config' | 'state'>,
  { target, environment }: Part,
): Promise<readonly string[]> => {
  if (target !== null) return [target];
  const written = [...config.targets.values()].map((one) => ({ name: one.name, environment: one.environment }));
  const recorded = (await readDeclared(state)).flatMap(({ address, body }) =>
    address.startsWith('target.')
      ? [{ name: address.slice('target.'.length), environment: String(body.environment) }]
      : [],
  );
  const names = [...written, ...recorded]
    .filter((one) => environment === null || one.environment === environment)
    .map(({ name }) => name);
  return names.length > 0 ? [...new Set(names)] : [environment ?? 'every target'];
};
