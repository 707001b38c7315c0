// Loaded before the program with `node --import`: from the n-th writing call on, every write below a directory fails, as on
// a full disk or a file system that turned read-only. `FAIL_WRITES` is such as `ENOSPC@40`, `FAIL_WRITES_BELOW` the directory.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [code = 'ENOSPC', from = '1'] = (process.env.FAIL_WRITES ?? '').split('@');
const below = process.env.FAIL_WRITES_BELOW ?? '/nowhere';
let left = Number(from);

/** Descriptors of files below the directory. */
const watched = new Set<number>();

const failing = (): boolean => {
  left -= 1;
  return left < 0;
};

const failure = (syscall: string): Error =>
  Object.assign(new Error(`${code}: made to fail, ${syscall}`), { code, syscall, errno: -1 });

const isBelow = (path: unknown): boolean => typeof path === 'string' && path.startsWith(below);
const isWriting = (flags: unknown): boolean =>
  typeof flags === 'number' ? (flags & 3) !== fs.constants.O_RDONLY : /[wa+]/.test(String(flags ?? 'r'));

type Call = (...args: never[]) => unknown;

/** Puts a check before a function of a module; what fails throws, or rejects where the function is asynchronous. */
const guard = (module: object, name: string, asynchronous: boolean, fails: (args: readonly unknown[]) => boolean) => {
  const original = Reflect.get(module, name) as Call;
  Reflect.set(module, name, (...args: never[]) => {
    if (!fails(args)) return Reflect.apply(original, module, args);
    if (asynchronous) return Promise.reject(failure(name));
    throw failure(name);
  });
};

const byDescriptor = ([fd]: readonly unknown[]): boolean => watched.has(Number(fd)) && failing();
const byPath = ([path]: readonly unknown[]): boolean => isBelow(path) && failing();

const openSync = fs.openSync;
Reflect.set(fs, 'openSync', (path: string, flags?: number | string, mode?: number) => {
  if (isBelow(path) && isWriting(flags) && failing()) throw failure('open');
  const fd = openSync(path, flags ?? 'r', mode);
  if (isBelow(path)) watched.add(fd);
  else watched.delete(fd);
  return fd;
});
for (const name of ['writeSync', 'ftruncateSync', 'fsyncSync']) guard(fs, name, false, byDescriptor);
for (const name of ['mkdirSync', 'truncateSync', 'renameSync', 'unlinkSync', 'writeFileSync'])
  guard(fs, name, false, byPath);
for (const name of ['writeFile', 'mkdir', 'rename', 'link', 'utimes']) guard(fs.promises, name, true, byPath);
guard(fs.promises, 'open', true, ([path, flags]) => isBelow(path) && isWriting(flags) && failing());
syncBuiltinESMExports();
