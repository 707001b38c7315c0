import { PassThrough } from 'node:stream';
import { runProgram, type Terminal } from '../../engine/cli/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { createRedactor, Secret } from '../../engine/values/index.ts';
import { command } from '../../providers/command/index.ts';
import { email } from '../../providers/email/index.ts';
import { filesystem } from '../../providers/filesystem/index.ts';
import { gitea } from '../../providers/gitea/index.ts';
import { github } from '../../providers/github/index.ts';
import { http } from '../../providers/http/index.ts';
import { marie } from '../../providers/marie/index.ts';
import { pagerduty } from '../../providers/pagerduty/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { s3 } from '../../providers/s3/index.ts';
import { slack } from '../../providers/slack/index.ts';
import { webhook } from '../../providers/webhook/index.ts';
import { testSystem } from '../support/servers.ts';

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed at a terminal; without it standard input is no terminal. */
  readonly typed?: string;
  readonly secrets?: readonly string[];
  readonly system?: Partial<System>;
  /** Thrown where the providers should be made. */
  readonly broken?: unknown;
}

const readAll = (stream: PassThrough): string => String(stream.read() ?? '');

/** The three streams; only standard input can be a terminal, so that what is printed is plain text. */
export const fakeTerminal = (typed?: string) => {
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  if (typed !== undefined) stdin.end(typed);
  // Read when everything was printed, so they must take all of it.
  const stream = (): PassThrough => new PassThrough({ highWaterMark: 2 ** 30 });
  const [stdout, stderr] = [stream(), stream()];
  const terminal: Terminal = { stdin, stdout, stderr };
  return { terminal, printed: () => ({ stdout: readAll(stdout), stderr: readAll(stderr) }) };
};

/** Runs the program in this process, with nothing of this machine's environment. */
export const run = async (args: readonly string[], options: RunOptions = {}): Promise<Run> => {
  const { terminal, printed } = fakeTerminal(options.typed);
  const redactor = createRedactor();
  for (const secret of options.secrets ?? []) redactor.add(new Secret(secret));
  const exitCode = await runProgram(args, {
    system: testSystem({
      env: (name) => options.env?.[name],
      cwd: () => options.cwd ?? '/nonexistent',
      ...options.system,
    }),
    terminal,
    redactor,
    host: () =>
      options.broken === undefined
        ? Promise.resolve(
            createProviderHost({
              postgres: () => Promise.resolve(postgres),
              filesystem: () => Promise.resolve(filesystem),
              command: () => Promise.resolve(command),
              http: () => Promise.resolve(http),
              marie: () => Promise.resolve(marie),
              s3: () => Promise.resolve(s3),
              slack: () => Promise.resolve(slack),
              email: () => Promise.resolve(email),
              pagerduty: () => Promise.resolve(pagerduty),
              webhook: () => Promise.resolve(webhook),
              github: () => Promise.resolve(github),
              gitea: () => Promise.resolve(gitea),
            }),
          )
        : Promise.reject(options.broken),
    toolVersion: '1.2.3',
  });
  return { exitCode, ...printed() };
};
