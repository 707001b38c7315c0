import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';
import { bundleModules } from '../build/bundle.ts';
import type { Answered, Asked } from './follower.ts';
import { exitOf, type Run } from './run-program.ts';

/** Bundles the follower into `directory`, with bugs planted where a plugin plants them, and returns the file to fork. */
export const buildFollower = async (directory: string, plugins: readonly Plugin[] = []): Promise<string> => {
  const output = await bundleModules(plugins, { follower: 'test/chaos/follower.ts' });
  for (const part of output) {
    const file = join(directory, part.fileName);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, part.type === 'chunk' ? part.code : part.source);
  }
  return join(directory, 'follower.js');
};

/** Every command leaves some memory of PostgreSQL in WebAssembly behind. */
const commandsPerProcess = 40;

/** A process that carries out commands one after another, for what no fault is meant for. */
export interface Follower {
  readonly follow: (command: string, plant?: string) => Promise<Run>;
  readonly stop: () => Promise<void>;
}

export const createFollower = (
  file: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Follower => {
  let child: ChildProcess | undefined;
  let carriedOut = 0;
  const stop = async (): Promise<void> => {
    const last = child;
    child = undefined;
    if (!last || last.exitCode !== null || last.signalCode !== null) return;
    const ended = once(last, 'exit');
    last.disconnect();
    await ended;
  };
  const start = (): ChildProcess => {
    carriedOut = 0;
    // PostgreSQL in WebAssembly starts twice as fast where nothing is optimised that lives for less than a second.
    return fork(file, [], { ...options, execArgv: ['--liftoff-only'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  };
  const ask = async (process: ChildProcess, asked: Asked): Promise<Answered> => {
    const { promise, resolve } = Promise.withResolvers<Answered>();
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      child = undefined;
      resolve({ exit: exitOf(code, signal), output: 'the process ended without an answer' });
    };
    process.once('message', (message) => resolve(message as Answered));
    process.once('exit', onExit);
    process.send(asked);
    const answer = await promise;
    process.off('exit', onExit);
    return answer;
  };
  return {
    follow: async (command, plant) => {
      if (carriedOut >= commandsPerProcess) await stop();
      child ??= start();
      carriedOut += 1;
      const began = performance.now();
      const { exit, output } = await ask(child, { args: command.split(' '), plant });
      return { command, exit, output, milliseconds: performance.now() - began, hits: [], calls: 0 };
    },
    stop,
  };
};
