// Loaded into a program before anything of its own (`--import`): every connection that it opens, every name that it looks up
// and every program that it starts is a line of JSON in the file that WATCHED_INTO names. Threads and processes that are Node load it, too.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

export interface Watched {
  readonly what: 'connect' | 'datagram' | 'lookup' | 'start';
  /** `HOST:PORT`, a socket's path, a name, or the words of a command. */
  readonly which: string;
}

const file = process.env.WATCHED_INTO ?? '';
const note = (what: Watched['what'], which: string): void =>
  appendFileSync(file, `${JSON.stringify({ what, which })}\n`);

type Anything = (...args: unknown[]) => unknown;

/** Puts `before` in front of a function of an object. */
const precede = (object: object, name: string, before: (args: readonly unknown[]) => void): void => {
  const functions = object as Record<string, Anything>;
  const original = functions[name] as Anything;
  functions[name] = function (this: unknown, ...args: unknown[]) {
    before(args);
    return original.apply(this, args);
  };
};

/** All that `connect` of a socket may be called with; Node itself calls it with its arguments as one list. */
const addressOf = (args: readonly unknown[]): string => {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first !== 'object' || first === null) {
    return typeof first === 'string' && !/^\d+$/.test(first)
      ? first
      : `${typeof second === 'string' ? second : 'localhost'}:${first}`;
  }
  const { path, host = 'localhost', port } = first as { path?: string; host?: string; port?: number };
  return path ?? `${host}:${port}`;
};

precede(net.Socket.prototype, 'connect', (args) => note('connect', addressOf(args)));
for (const name of ['connect', 'send']) precede(dgram.Socket.prototype, name, (args) => note('datagram', String(args)));
const resolvers = Object.keys(dns).filter((name) => /^(?:lookup|resolve|reverse)/.test(name));
for (const name of resolvers) precede(dns, name, ([host]) => note('lookup', String(host)));
for (const name of Object.keys(dns.promises).filter((one) => /^(?:lookup|resolve|reverse)/.test(one))) {
  precede(dns.promises, name, ([host]) => note('lookup', String(host)));
}
for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync', 'fork']) {
  precede(childProcess, name, ([program, args]) =>
    note('start', [program, ...(Array.isArray(args) ? args : [])].join(' ')),
  );
}
syncBuiltinESMExports();
