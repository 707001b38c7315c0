import { setFlagsFromString } from 'node:v8';
import packageJson from '../package.json' with { type: 'json' };
import { builtIn } from './built-in.ts';

// The one place where everything is wired: real streams, real clock, real providers. Nothing heavy is imported before a
// command has asked for it, so that a question for the version costs little more than starting Node.

/** The first Ctrl-C or SIGTERM asks to finish or undo what is in flight; the second stops at once. */
const listenForInterruption = (): AbortSignal => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (!controller.signal.aborted) {
      controller.abort();
      return;
    }
    process.stderr.write(
      '\nStopped now. What a release left half done is finished or undone by:\n\n    m3forge recover\n',
    );
    process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
};

/**
 * A reader that went away, such as `head`, is no reason to stop a release; neither is a full disk, but that is said and
 * keeps the command from ending well. Where standard error cannot be written, nothing can be said.
 */
const outliveBrokenOutput = (): void => {
  process.stderr.on('error', () => undefined);
  let failed = false;
  process.stdout.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
    if (failed || code === 'EPIPE') return;
    failed = true;
    process.stderr.write(`Error: Standard output cannot be written (${code}). [output-unwritable]\n`);
    process.once('exit', () => {
      process.exitCode ||= 1;
    });
  });
};

let isTold = false;

/**
 * V8 optimises a function of WebAssembly once about 13 MB of its code have run. For the embedded PostgreSQL that is within
 * its start, and the process waits for the compiler before it ends: half of a short command. One of its functions is a
 * loop of 100 kB, which passes for much code after a few thousand turns, and takes 600 MB to optimise. So nothing of it is
 * optimised. Options come last, and go again before the end: V8 takes no compiled code that was kept under other options,
 * which is all of Node's own and all that we keep. Measured against an optimiser that begins late: `m3forge apply` of one
 * change 0.93 s and 730 MB, 0.91 s and 175 MB; a first release of 10,000 workflows 8.7 s and 766 MB, 9.4 s and 616 MB. Only
 * the V8 of Node 22 to 24 is told: from 14 on, its options are frozen once it has started, and changing them ends the process.
 */
const optimiseNothing = (): void => {
  if (isTold) return;
  isTold = true;
  const v8 = Number.parseInt(process.versions.v8, 10);
  if (v8 !== 12 && v8 !== 13) return;
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  process.prependOnceListener('exit', () => {
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
  });
};

const main = async (args: readonly string[]): Promise<number> => {
  outliveBrokenOutput();
  if (args.length === 1 && args[0] === '--version') {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  const interrupted = listenForInterruption();
  const { runProgram } = await import('./cli/index.ts');
  const { createLog, realSystem } = await import('./system/index.ts');
  const { createRedactor } = await import('./values/index.ts');
  return runProgram(args, {
    system: {
      ...realSystem(
        createLog('silent', () => undefined),
        interrupted,
      ),
      beforeEmbedded: optimiseNothing,
    },
    terminal: process,
    redactor: createRedactor(),
    host: async () => (await import('./provider/index.ts')).createProviderHost(builtIn),
    toolVersion: packageJson.version,
  });
};

/** Resolves when everything that was written has been taken, or cannot be any more. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write('', () => resolve()));

const run = async (): Promise<void> => {
  // What is never settled must not look as if it had gone well: Node ends where nothing is left to wait for.
  process.exitCode = 13;
  process.exitCode = await main(process.argv.slice(2));
  // A PostgreSQL in this process that failed leaves timers behind, which would keep the process for a minute more.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit();
};

void run();
