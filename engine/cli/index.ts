/**
 * The command line: arguments in, an operation called, its answer shown as text, JSON or Markdown.
 *
 * Promises that what is asked for goes to standard output and all else to standard error, that nothing somebody else wrote
 * can command a terminal, that no secret is printed, and that the exit code says what happened. It may not know how
 * anything is done: every decision is an operation's.
 */
export type { CommandDescription } from './command-description.ts';
export { flagTitle, isGlobal } from './command-description.ts';
export { describeCommands } from './describe-command.ts';
export type { World } from './invocation.ts';
export { runProgram } from './program.ts';
export type { Terminal } from './terminal.ts';
