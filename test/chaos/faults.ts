import { channel } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import type { FailpointHit } from '../../engine/system/index.ts';

/**
 * Loaded into the program under test (`node --import`), never by the program itself. It notes which fail points act,
 * carries out the actions that only tests know, and makes the n-th call to a file or a socket fail.
 *
 *     CHAOS_NOTES   a file to which a line is added for each fail point that acts, and one with the calls at the end
 *     CHAOS_FAULT   `files@3=enospc`, `files@3=torn`, `reads@2=eio`, `socket@5=cut`, `pack@1=flip`; without a number nothing fails
 */
const notes = process.env.CHAOS_NOTES;
const note = (line: string): void => {
  if (notes) fs.appendFileSync(notes, `${line}\n`);
};

const sockets = new Set<net.Socket>();
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...given: never[]) {
  sockets.add(this);
  this.once('close', () => sockets.delete(this));
  return Reflect.apply(connect, this, given);
} as typeof connect;

const full = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });

channel('m3forge:failpoint').subscribe((message) => {
  const hit = message as FailpointHit;
  note(`hit ${hit.name} ${hit.action}`);
  if (hit.action === 'cut') for (const socket of sockets) socket.destroy();
  if (hit.action === 'enospc') hit.error = full();
  hit.handled = hit.action === 'cut';
});

const broken = (): Error =>
  Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });

const [, kind, nth, failure] =
  /^(files|reads|socket|pack)(?:@(\d+))?(?:=(\w+))?$/.exec(process.env.CHAOS_FAULT ?? '') ?? [];
const failing = Number(nth ?? '0');
let calls = 0;

/** Counts a call, and says whether it is the one that fails. */
const isDue = (): boolean => {
  calls += 1;
  return calls === failing;
};

type Call = (this: unknown, ...given: unknown[]) => unknown;

/** Half of what was to be written gets there, and the process is gone. */
const tear = (fd: number, data: unknown): void => {
  const bytes = typeof data === 'string' ? Buffer.from(data) : (data as Uint8Array);
  if (bytes instanceof Uint8Array) realWriteSync(fd, bytes.subarray(0, bytes.length >> 1));
  process.kill(process.pid, 'SIGKILL');
};
const realWriteSync = fs.writeSync.bind(fs);

/** What the program prints, and its own code, which Node reads through the same functions. */
const isSpared = (target: unknown): boolean =>
  target === 1 || target === 2 || /\/(dist|node_modules)\//.test(String(target));

/** Replaces methods of `owner` by ones that fail when their turn has come. */
const failCalls = (owner: object, names: readonly string[], how: 'throw' | 'reject'): void => {
  const methods = owner as Record<string, Call>;
  for (const name of names) {
    const real = methods[name];
    if (!real) throw new Error(`there is no ${name} to fail`);
    methods[name] = function (this: unknown, ...given: unknown[]) {
      if (isSpared(given[0]) || !isDue()) return Reflect.apply(real, this, given);
      if (failure === 'torn') {
        // A function of fs that was imported by its name has no "this".
        const fd = (this as { readonly fd?: number } | undefined)?.fd;
        if (typeof fd === 'number') tear(fd, given[0]);
        else if (typeof given[0] === 'number') tear(given[0], given[1]);
        process.kill(process.pid, 'SIGKILL');
      }
      const error = failure === 'eio' ? broken() : full();
      if (how === 'reject') return Promise.reject(error);
      throw error;
    };
  }
};

if (kind === 'files') {
  const handle = await fs.promises.open('/dev/null', 'r');
  failCalls(Object.getPrototypeOf(handle) as object, ['write', 'writev', 'writeFile', 'appendFile', 'sync'], 'reject');
  await handle.close();
  failCalls(fs.promises, ['writeFile', 'mkdir', 'rename', 'link', 'unlink', 'rm'], 'reject');
  failCalls(fs, ['writeSync', 'fsyncSync', 'ftruncateSync', 'mkdirSync', 'renameSync', 'unlinkSync'], 'throw');
  syncBuiltinESMExports();
}

if (kind === 'reads') {
  const handle = await fs.promises.open('/dev/null', 'r');
  failCalls(Object.getPrototypeOf(handle) as object, ['read', 'readFile', 'stat'], 'reject');
  await handle.close();
  failCalls(fs.promises, ['readFile', 'readdir', 'stat', 'lstat', 'open'], 'reject');
  failCalls(fs, ['readFileSync', 'readdirSync', 'openSync'], 'throw');
  syncBuiltinESMExports();
}

// A byte of a pack changes on the disk right after the pack was written, and before anybody reads it.
if (kind === 'pack') {
  const link = fs.promises.link;
  fs.promises.link = async (from, to) => {
    await link(from, to);
    if (!String(to).endsWith('.pack') || !isDue()) return;
    const bytes = fs.readFileSync(to);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    fs.writeFileSync(to, bytes);
  };
  syncBuiltinESMExports();
}

if (kind === 'socket') {
  const write = net.Socket.prototype.write;
  net.Socket.prototype.write = function (this: net.Socket, ...given: never[]) {
    if (!sockets.has(this) || !isDue()) return Reflect.apply(write, this, given);
    this.destroy();
    return false;
  } as typeof write;
}

if (kind) process.once('exit', () => note(`calls ${calls}`));
