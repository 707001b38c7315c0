import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Project, repositoryRoot } from './project.ts';

// What walks through examples need that start gateways in the background.

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The simulator imports packages, as it does in a clone. */
export const linkPackages = ({ directory }: Project): void =>
  symlinkSync(join(repositoryRoot, 'node_modules'), join(directory, '../../node_modules'));

/** Ends what a walk that stopped half way has started; the last command of a whole one did that. */
export const endProcesses = ({ directory }: Project, pidFile: string): void => {
  const file = join(directory, pidFile);
  if (!existsSync(file)) return;
  for (const pid of readFileSync(file, 'utf8').trim().split('\n')) {
    try {
      process.kill(Number(pid));
    } catch {
      // It has ended.
    }
  }
};
