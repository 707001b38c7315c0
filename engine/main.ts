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
    system: realSystem(
      createLog('silent', () => undefined),
      interrupted,
    ),
    terminal: process,
    redactor: createRedactor(),
    host: async () => (await import('./provider/index.ts')).createProviderHost(builtIn),
    toolVersion: packageJson.version,
  });
};

/** Resolves when everything that was written has been taken, or cannot be any more. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write('', () => resolve()));

process.exitCode = await main(process.argv.slice(2));
// A PostgreSQL in this process that failed leaves timers behind, which would keep the process for a minute more.
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit();
