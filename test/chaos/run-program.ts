import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quietSystem } from './quiet-system.ts';

export interface RunOptions {
  /** `after-intent=kill9`, as `M3FORGE_FAILPOINTS` takes it. */
  readonly failpoints?: string;
  /** As `CHAOS_FAULT` takes it. */
  readonly fault?: string;
  readonly plant?: string | undefined;
  /** Called once the fail point has acted, with the process, which may hang or be stopped by then. */
  readonly onHit?: (child: ChildProcess) => void;
}

/** One run of the program. */
export interface Run {
  readonly command: string;
  /** 128 and the signal's number where it was killed, as a shell says it. */
  readonly exit: number;
  readonly output: string;
  readonly milliseconds: number;
  /** The fail points that acted. */
  readonly hits: readonly string[];
  /** How many calls were counted for `fault`. */
  readonly calls: number;
  /** Whether it had to be killed because it did not end. */
  readonly endless?: boolean;
}

export const exitOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? (signal === 'SIGKILL' ? 137 : 128);

/** Far above anything that was seen, waiting for a lock included: who takes longer does not end. */
const longestMs = 90_000;

/** What every process of a world finds in its environment. */
export const environmentOf = (
  directory: string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  PATH: process.env.PATH ?? '',
  HOME: directory,
  NO_COLOR: '1',
  CI: '1',
  M3FORGE_ACTOR: 'chaos',
  ...environment,
});

/** Runs the program as a user does, with the faults of the harness loaded beside it. */
export const runProgram =
  (
    directory: string,
    environment: Readonly<Record<string, string>>,
    files: { readonly program: string; readonly faults: string },
  ) =>
  async (command: string, options: RunOptions = {}): Promise<Run> => {
    const notes = join(directory, `notes-${quietSystem.ids.uuid()}`);
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', files.faults, files.program, ...command.split(' ')], {
      cwd: directory,
      env: {
        ...environment,
        CHAOS_NOTES: notes,
        ...(options.failpoints && { M3FORGE_FAILPOINTS: options.failpoints }),
        ...(options.fault && { CHAOS_FAULT: options.fault }),
        ...(options.plant && { CHAOS_PLANT: options.plant }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...{ timeout: longestMs, killSignal: 'SIGKILL' },
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    const watching =
      options.onHit &&
      setInterval(() => {
        // The file is there a moment before its first line is.
        if (!statSync(notes, { throwIfNoEntry: false })?.size) return;
        clearInterval(watching);
        options.onHit?.(child);
      }, 20);
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.on('close', (...end) => resolve(end)),
    );
    clearInterval(watching);
    const milliseconds = performance.now() - began;
    const noted = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n') : [];
    rmSync(notes, { force: true });
    return {
      command,
      exit: exitOf(code, signal),
      output: Buffer.concat(output).toString('utf8'),
      milliseconds,
      hits: noted.flatMap((line) => /^hit (\S+)/.exec(line)?.[1] ?? []),
      endless: milliseconds >= longestMs,
      calls: Number(noted.flatMap((line) => /^calls (\d+)/.exec(line)?.[1] ?? [])[0] ?? 0),
    };
  };
