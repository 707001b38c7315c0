import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { OperationContext } from '../operations/index.ts';
import type { ProviderHost } from '../provider/index.ts';
import { createLog, type System } from '../system/index.ts';
import type { Redactor } from '../values/index.ts';
import type { Output } from './output.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { block } from './views/escape.ts';

/** What `main.ts` wires together, and a test replaces. */
export interface World {
  readonly system: System;
  readonly terminal: Terminal;
  readonly redactor: Redactor;
  /** Called by commands that get as far as needing providers. */
  readonly host: () => Promise<ProviderHost>;
  readonly toolVersion: string;
}

/** One command being carried out: who asks, where, and where its answer goes. */
export interface Invocation {
  readonly context: OperationContext;
  readonly settings: Settings;
  readonly output: Output;
  readonly terminal: Terminal;
  /** A path of the command line, absolute. */
  readonly pathOf: (path: string) => string;
}

/** The engine's operations bring everything heavy with them, so they come when a command has understood its arguments. */
export const loadOperations = () => import('../operations/index.ts');

const noDirectory = (directory: string): Diagnostic =>
  problem('usage-flag-value', { detail: `--chdir names "${directory}", which is no directory.` });

const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing, too long, a circle of links: whatever stands in the way, there is no directory to work in.
    return false;
  }
};

/** Puts the settings into effect: the directory, the log, the actor. */
export const createInvocation = async (
  world: World,
  settings: Settings,
  output: Output,
): Promise<Outcome<Invocation>> => {
  const directory = resolve(world.system.cwd(), settings.directory ?? '.');
  if (settings.directory !== undefined && !isDirectory(directory)) return failure([noDirectory(settings.directory)]);
  const system: System = {
    ...world.system,
    cwd: () => directory,
    log: createLog(settings.logLevel, (line) => output.message(block(line)), world.redactor.redact),
  };
  const context: OperationContext = {
    system,
    host: await world.host(),
    redactor: world.redactor,
    toolVersion: world.toolVersion,
    location: settings.configFile === undefined ? {} : { file: settings.configFile },
    actor: settings.identity,
    ciRun: settings.ciRun,
  };
  const pathOf = (path: string): string => resolve(directory, path);
  return success({ context, settings, output, terminal: world.terminal, pathOf });
};
