import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Refusal, refuse } from '../../diagnostics/index.ts';
import type { ModuleProcess, System } from '../../system/index.ts';
import type { ThirdPartyKind } from '../author.ts';
import { createPending, type Pending } from './pending.ts';
import { createPrintWatch } from './prints.ts';
import { said } from './said.ts';
import type { Failure, Loaded, Question } from './wire.ts';

/** Which provider is to run, and how people call it. */
export interface RemoteSubject {
  /** Such as `The provider "acme" (m3forge-provider-acme 1.2.0)`. */
  readonly label: string;
  /** Absolute paths of modules. */
  readonly entry: string;
  readonly fixture: string | undefined;
  /** The working directory of its process. */
  readonly directory: string;
}

export interface RemoteManner {
  readonly system: System;
  /** Takes every known secret out of a text. */
  readonly redact: (text: string) => string;
  /** How long the provider may give no sign of life. */
  readonly silenceMs: number;
}

export interface AskManner {
  /** What it is asked to do, as in "could not …". */
  readonly doing: string;
  /** Longer or shorter than usual. */
  readonly limitMs?: number;
  /** Answers what the provider asks back. What it throws ends the question, whatever the provider says then. */
  readonly back?: (want: 'chunk' | 'permit') => Promise<unknown>;
  readonly signal?: AbortSignal;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'n'> : never;

/** A third-party provider, running in a process of its own. */
export interface Remote {
  readonly label: string;
  readonly kinds: readonly ThirdPartyKind[];
  readonly redact: (text: string) => string;
  /** Throws `Refusal` with a `provider-…` code where there is no usable answer in time. */
  readonly ask: (question: Unnumbered<Question>, manner: AskManner) => Promise<unknown>;
  /** That an answer cannot be. */
  readonly nonsense: (what: string) => Refusal;
  readonly hasEnded: () => boolean;
  readonly close: () => Promise<void>;
}

/** Beside `main.js` in `dist`, whose chunks lie a folder deeper; beside this file where the sources themselves run. */
const childFile = (): string => {
  const places = ['../provider-process.js', './provider-process.js', './child.ts'];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((file) => existsSync(file));
  if (found === undefined) throw new Error('the process for providers is missing: build the program again');
  return found;
};

/** What a program needs to find others, its files and its language. A provider is told all else in its options. */
const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'] as const;

const environmentOf = ({ env }: System): Record<string, string> =>
  Object.fromEntries(
    inherited.flatMap((name) => {
      const value = env(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

const failed = (subject: RemoteSubject, { doing }: AskManner, failure: Failure, redact: (text: string) => string) =>
  refuse(failure.nonsense ? 'provider-answer' : 'provider-failed', {
    detail: `${subject.label} could not ${doing}: ${said(failure.message, redact)}.`,
    hint: failure.hint === undefined ? undefined : said(failure.hint, redact),
  });

const timedOut = (subject: RemoteSubject, { doing }: AskManner, limitMs: number) =>
  refuse('provider-timeout', {
    detail: `${subject.label} was asked to ${doing}, gave no sign of life for ${limitMs / 1000} s, and was ended.`,
    hint: 'See whether what it works with answers; where it does, tell the author of the provider.',
  });

const printedSecret = (subject: RemoteSubject, { doing }: AskManner) =>
  refuse('provider-printed-secret', {
    detail: `${subject.label} was asked to ${doing}, and printed a secret. What it printed was thrown away.`,
    hint: 'Nobody has seen it. Tell the author of the provider, and use another version.',
  });

const endedEarly = (subject: RemoteSubject, { doing }: AskManner, code: number | null) =>
  refuse('provider-failed', {
    detail: `${subject.label} could not ${doing}: its process ended (${code === null ? 'by a signal' : `exit code ${code}`}).`,
    hint: 'See what it printed with --log-level debug.',
  });

interface Running {
  readonly subject: RemoteSubject;
  readonly manner: RemoteManner;
  readonly child: ModuleProcess;
  readonly pending: Pending;
  readonly leaked: () => boolean;
}

/** Starting a process and loading a module takes as long as the machine is slow. */
const loadMs = 30_000;

/** Lets what the pipes hold by now come in before it is judged. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const askRunning = async (running: Running, question: Unnumbered<Question>, ask: AskManner): Promise<unknown> => {
  const { subject, manner, child, pending } = running;
  const limitMs = ask.limitMs ?? manner.silenceMs;
  const answer = await pending.ask(question, {
    limitMs,
    back: ask.back,
    signal: ask.signal,
    clock: manner.system.clock,
  });
  await settled();
  if (answer.kind === 'silent') child.kill();
  if (answer.kind === 'source') throw answer.error;
  if (running.leaked()) throw printedSecret(subject, ask);
  if (answer.kind === 'silent') throw timedOut(subject, ask, limitMs);
  if (answer.kind === 'ended') throw endedEarly(subject, ask, answer.code);
  if (answer.kind === 'failed') throw failed(subject, ask, answer.failure, manner.redact);
  return answer.value;
};

/** Starts a process, and loads the provider in it. Throws `Refusal` where that does not succeed. */
export const startRemote = async (subject: RemoteSubject, manner: RemoteManner): Promise<Remote> => {
  const { system, redact } = manner;
  const child = system.processes.startModule(childFile(), {
    cwd: subject.directory,
    env: environmentOf(system),
  });
  const prints = createPrintWatch(redact, (line) => system.log.debug(`${subject.label} printed: ${line}`));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => prints.take(bytes.toString('utf8')));
  const pending = createPending(child, prints.take);
  const running: Running = { subject, manner, child, pending, leaked: prints.leaked };
  const ask: Remote['ask'] = (question, how) => askRunning(running, question, how);
  const nonsense: Remote['nonsense'] = (what) =>
    refuse('provider-answer', { detail: `${subject.label} ${what}.`, hint: 'Tell the author of the provider.' });
  const close = async (): Promise<void> => {
    // Until it has ended, this process has something to wait for.
    child.hold(true);
    child.kill();
    await child.end;
  };
  try {
    const { entry, fixture } = subject;
    const loaded = (await ask({ ask: 'load', entry, fixture }, { doing: 'be loaded', limitMs: loadMs })) as Loaded;
    return { label: subject.label, kinds: loaded.kinds, redact, ask, nonsense, hasEnded: pending.hasEnded, close };
  } catch (error) {
    await close();
    throw error;
  }
};
