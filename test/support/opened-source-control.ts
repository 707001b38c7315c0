import { builtIn } from '../../engine/built-in.ts';
import { createProviderHost, type SourceControl } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { createRedactor, Secret } from '../../engine/values/index.ts';
import { testSystem } from '../http/loopback.ts';
import { startGitea } from './gitea-host.ts';
import { startGitHub } from './github-host.ts';
import type { SourceControlHost } from './source-control-host.ts';

export const canary = 'ghp_canary0123456789canary0123456789abcd';

/** A system whose waits end at once, and are kept; its clock stands where the waits have put it. */
export const patientSystem = (variables: Readonly<Record<string, string>> = {}, interrupted?: AbortSignal) => {
  const waits: number[] = [];
  let now = Date.parse('2026-11-28T12:00:00Z');
  const real = testSystem();
  const system: System = {
    ...real,
    ...(interrupted && { interrupted }),
    env: (name) => variables[name],
    envNames: () => Object.keys(variables),
    clock: {
      ...real.clock,
      now: () => new Date(now),
      // What is no wait of ours is the deadline of an exchange: it never comes.
      sleep: (milliseconds, signal) => {
        if (milliseconds === 30_000 || milliseconds === 10_000)
          return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
        waits.push(milliseconds);
        now += milliseconds;
        return Promise.resolve();
      },
    },
  };
  return { system, waits };
};

export interface OpenedHost extends AsyncDisposable {
  readonly host: SourceControlHost;
  readonly sourceControl: SourceControl;
  readonly waits: number[];
  /** Another one, as another process would have it. */
  readonly open: (given?: Opening) => Promise<SourceControl>;
}

interface Opening {
  /** `null` for none. */
  readonly token?: string | null;
  readonly variables?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly repository?: string;
  readonly isBrief?: boolean;
  readonly interrupted?: AbortSignal;
}

export type HostName = 'github' | 'gitea';

/** A stand-in, and the provider that asks it, as an operation would have it opened. */
export const openHost = async (name: HostName, opening: Opening = {}, prefix?: string): Promise<OpenedHost> => {
  const host = name === 'github' ? await startGitHub(prefix) : await startGitea(prefix);
  host.users.set(canary, { login: 'M3forge-Bot', isBot: false });
  const opened: SourceControl[] = [];
  const { system, waits } = patientSystem(opening.variables, opening.interrupted);
  const open = async (given: Opening = {}): Promise<SourceControl> => {
    const { token = canary, url = host.url, repository = 'acme/workflows', isBrief = false } = { ...opening, ...given };
    const redactor = createRedactor();
    if (token !== null) redactor.add(new Secret(token));
    const sourceControl = await createProviderHost(builtIn).open(name, 'sourceControl', {
      ...{ system, repository, url, redact: redactor.redact, isBrief },
      token: token === null ? undefined : new Secret(token),
    });
    opened.push(sourceControl);
    return sourceControl;
  };
  return {
    ...{ host, waits, open },
    sourceControl: await open(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await host[Symbol.asyncDispose]();
      if (host.violations.length > 0) throw new Error(host.violations.join('\n'));
    },
  };
};

export const hostNames: readonly HostName[] = ['github', 'gitea'];
