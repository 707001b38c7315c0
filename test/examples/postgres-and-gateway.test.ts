import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { blocksOf, commandsOf, patternOf } from './documentation.ts';
import { createProject, type Project, repositoryRoot } from './project.ts';

const folder = 'examples/postgres-and-gateway';
const readme = `${folder}/README.md`;
const token = 'mau_000000000000000000000000000000000000000000000000000007';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Ends the simulator of a walk that stopped half way. */
const stopGateway = ({ directory }: Project): void => {
  const file = join(directory, 'gateway.pid');
  if (!existsSync(file)) return;
  try {
    process.kill(Number(readFileSync(file, 'utf8')));
  } catch {
    // It has ended, as the last command of the walk has it.
  }
};

test('its README can be walked through, command by command, with what it shows', { timeout: 300_000 }, async () => {
  const port = await freePort();
  const project = createProject(
    ['package.json', 'examples/quickstart/invoices.bundle', 'examples/gateway-simulator', folder],
    {
      folder,
      variables: {
        DATABASE_URL: await freshDatabase(),
        GATEWAY_URL: `http://127.0.0.1:${port}`,
        GATEWAY_TOKEN_GATEWAY_STAGING: token,
      },
    },
  );
  // The loader of the simulator speaks to PostgreSQL.
  symlinkSync(join(repositoryRoot, 'node_modules'), join(project.directory, '../../node_modules'));
  expect(
    blocksOf(readme)
      .map(({ text }) => text)
      .join(''),
  ).toContain(`STAGING=${token}`);
  try {
    for (const block of blocksOf(readme)) {
      for (const { line, exit, output } of commandsOf(block)) {
        if (line.startsWith('export ')) continue;
        const ended = project.shell(line.replace('--port 51000', `--port ${port}`), exit);
        if (output !== undefined) expect(`${ended.output}\n`, line).toMatch(patternOf(output));
        if (line.startsWith('m3forge logs')) expect(ended.output).toContain('completed, by v1.0.0');
      }
    }
    expect(
      project.shell(
        'm3forge logs $(m3forge history --json | node -p \'JSON.parse(require("fs").readFileSync(0))[0].id\')',
      ).output,
    ).toContain('unattributed: the gateway ran this very definition before');
  } finally {
    stopGateway(project);
  }
});
