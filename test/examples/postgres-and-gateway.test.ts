import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { blocksOf, commandsOf, patternOf } from './documentation.ts';
import { endProcesses, freePort, linkPackages } from './gateways.ts';
import { createProject } from './project.ts';

const folder = 'examples/postgres-and-gateway';
const readme = `${folder}/README.md`;
const token = 'mau_000000000000000000000000000000000000000000000000000007';

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
  linkPackages(project);
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
    endProcesses(project, 'gateway.pid');
  }
});
