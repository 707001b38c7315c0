import { appendAudit, type StateHandle } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { compareBytes, type JsonObject } from '../values/index.ts';

/** What the value of an environment variable is needed for. */
type Purpose = 'database' | 'gateway' | 'backups' | 'smoke test' | 'notification' | 'source control';

/** Which environment variables the expressions of a configuration led to, in one command. */
export interface SecretsRead {
  /** A system that notes what is asked of the environment for this. */
  readonly as: (purpose: Purpose) => System;
  /** Names and purposes, never values; undefined where nothing was read. */
  readonly names: () => JsonObject | undefined;
}

/** Notes what is read through it. What is not set was not read. */
export const noteSecretsRead = (system: System): SecretsRead => {
  const read = new Map<string, Set<Purpose>>();
  const as: SecretsRead['as'] = (purpose) => ({
    ...system,
    env: (name) => {
      const value = system.env(name);
      if (value !== undefined && value !== '') read.set(name, (read.get(name) ?? new Set()).add(purpose));
      return value;
    },
  });
  const names: SecretsRead['names'] = () =>
    read.size === 0
      ? undefined
      : Object.fromEntries(
          [...read]
            .sort(([left], [right]) => compareBytes(left, right))
            .map(([name, purposes]) => [`env.${name}`, [...purposes].sort(compareBytes)]),
        );
  return { as, names };
};

/** One entry for a command that has written something: which secrets it read meanwhile. */
export const auditSecretsRead = async (
  state: StateHandle,
  { system, actor }: { readonly system: System; readonly actor: string },
  { names }: SecretsRead,
  command: string,
): Promise<void> => {
  const secrets = names();
  if (secrets === undefined) return;
  await state.transaction((transaction) =>
    appendAudit(transaction, system, { actor, event: 'secrets.read', subject: command, detail: { secrets } }),
  );
};
