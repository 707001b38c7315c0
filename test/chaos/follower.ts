import { PassThrough, Readable } from 'node:stream';
import { runProgram } from '../../engine/cli/index.ts';
import { createProviderHost, type ProviderLoaders } from '../../engine/provider/index.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { command } from '../../providers/command/index.ts';
import { filesystem } from '../../providers/filesystem/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { quietSystem } from './quiet-system.ts';

/**
 * Carries out one command after another in one process, for whoever forked it. What comes after a crash need not start a
 * process each time: three quarters of a short command are the start of Node and of the embedded PostgreSQL.
 */
export interface Asked {
  readonly args: readonly string[];
  /** The planted bug that is switched on for this command. */
  readonly plant: string | undefined;
}

export interface Answered {
  readonly exit: number;
  readonly output: string;
}

/** What the projects of the harness use. */
const providers: ProviderLoaders = {
  postgres: () => Promise.resolve(postgres),
  filesystem: () => Promise.resolve(filesystem),
  command: () => Promise.resolve(command),
};

const carryOut = async ({ args, plant }: Asked): Promise<Answered> => {
  if (plant === undefined) delete process.env.CHAOS_PLANT;
  else process.env.CHAOS_PLANT = plant;
  const printed: Buffer[] = [];
  const stream = (): PassThrough => new PassThrough().on('data', (chunk: Buffer) => void printed.push(chunk));
  const stdin = Readable.from([]);
  const exit = await runProgram(args, {
    system: quietSystem,
    terminal: { stdin, stdout: stream(), stderr: stream() },
    redactor: createRedactor(),
    host: async () => createProviderHost(providers),
    toolVersion: '0.0.0-follower',
  });
  return { exit, output: Buffer.concat(printed).toString('utf8') };
};

process.on('message', (asked: Asked) => {
  carryOut(asked).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ exit: 1, output: `an error that nobody caught: ${String(error)}` }),
  );
});
