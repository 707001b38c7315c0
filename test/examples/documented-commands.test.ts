import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { type Block, blocksOf, type Command, commandsOf, patternOf, writeTitled } from './documentation.ts';
import { startDocumentedReceiver } from './documented-receiver.ts';
import { createProject, type Project, quickstartFiles, repositoryRoot } from './project.ts';

const documents = [
  'README.md',
  ...readdirSync(join(repositoryRoot, 'docs'))
    // That one is followed from one folder to the next: provider-document.test.ts.
    .filter((name) => name.endsWith('.md') && name !== 'providers.md')
    .sort()
    .map((name) => `docs/${name}`),
  'examples/quickstart/README.md',
];

/** What the documents tell the reader to type and this test does not, each with its reason. */
const notRunHere: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^npm ci && npm run quickstart$/, 'tour.test.ts runs the tour; npm ci is how a clone comes to run any test'],
  [/^npm ci && npm test$/, 'this test is part of it'],
  [/^m3forge lock release <lease>/, 'nobody holds a lease here; test/leases/lock-release.test.ts gives it one'],
  [/^m3forge pr /, 'they ask a host of pull requests; test/cli/pull-requests.test.ts runs each on a stand-in'],
  [/^npm run quickstart$/, 'tour.test.ts runs it'],
  [/^npm run bench -- /, 'it takes minutes to an hour; test/bench/bench-run.test.ts carries a short form'],
  [/^npm run chaos$/, 'it takes an hour; test/chaos carries a short form'],
  [/^npm run chaos -- --seed/, 'it takes minutes; test/chaos carries a short form'],
  [
    /^npm run chaos -- --plants/,
    'it takes minutes; test/chaos finds each planted bug at a seed that is known to show it',
  ],
  [/^npm run chaos -- --task/, 'it needs the repository, not a project: test/chaos/long-form.test.ts runs it'],
  [
    /^m3forge audit (anchor|verify) --git/,
    'the quick start is a bundle, which has no refs to write; test/operations/audit-in-git.test.ts runs both',
  ],
  [/^npm test$/, 'this test is part of it'],
  [/^m3forge preview --(?:pr|open)/, 'it needs a host with a pull request'],
  [/^m3forge preview .*--set-status$/, 'it needs a host; test/cli/preview-set-status.test.ts runs it on a stand-in'],
  [
    /^m3forge preview --base main --head read-receipts$/,
    'it needs a working tree with that branch, and the quick start is a bundle',
  ],
  [/^m3forge pr (list|show|checks)/, 'it needs a host with pull requests'],
  [/^export \w+=postgresql:/, "the reader's own server; the test sets the same variables to the server of this run"],
];

/** How the project of a document is prepared before its first command; the rest begin with the quick start as it is. */
const preparations: Readonly<Record<string, readonly string[]>> = {
  'docs/how-apply-works.md': ['apply --yes'],
  'docs/audit.md': ['apply --yes'],
  'docs/metrics.md': ['apply --yes'],
  'docs/operations.md': ['apply --yes', 'apply --version v1.1.0 --yes'],
};

/** A clone in which somebody has worked since, and a remote for its tags. */
const cloneOfQuickstart = `
  git clone --quiet examples/quickstart/invoices.bundle repository 2>/dev/null
  git init --quiet --bare remote.git && cd repository && git remote set-url origin ../remote.git
  cp workflows/invoice-extraction.json workflows/receipt-extraction.json
  sed -i 's/"invoice-extraction"/"receipt-extraction"/' workflows/receipt-extraction.json
  git add . && git commit --quiet -m 'feat: read receipts (#17)'`;

const createProjectFor = async (document: string): Promise<Project> => {
  if (document === 'docs/getting-started.md') {
    const url = await freshDatabase();
    return createProject([], { variables: { M3FORGE_STATE_URL: url, MAILROOM_URL: url } });
  }
  if (document === 'docs/notifications.md') {
    const receiver = await startDocumentedReceiver();
    onTestFinished(() => receiver.close());
    return createProject(quickstartFiles, { variables: receiver.variables });
  }
  const project = createProject(quickstartFiles);
  if (document === 'docs/versions.md') project.shell(cloneOfQuickstart);
  if (document === 'docs/changesets.md') project.shell(mergedQuickstart);
  for (const line of preparations[document] ?? []) project.m3forge(line);
  return project;
};

/** A clone to which four pull requests were merged since, in each of the ways that hosts have. */
const mergedQuickstart = `
  git clone --quiet examples/quickstart/invoices.bundle repository 2>/dev/null
  git init --quiet --bare remote.git && cd repository && git remote set-url origin ../remote.git
  sed -i 's/"Read the pages"/"Read all pages"/' workflows/invoice-extraction.json
  git commit --quiet --all -m 'Optimize invoice extraction (#339)'
  sed -i 's/"accounting"/"payables"/' workflows/invoice-extraction.json
  git commit --quiet --all -m 'fix: the category (#341)'
  git checkout --quiet -b sorting
  cp workflows/invoice-classification.json workflows/invoice-sorting.json
  sed -i 's/"invoice-classification"/"invoice-sorting"/' workflows/invoice-sorting.json
  git add . && git commit --quiet -m 'Sort'
  git checkout --quiet main && git merge --quiet --no-ff -m 'Merge pull request #342 from acme/sorting' -m 'Sort invoices' sorting
  sed -i 's/"Read all pages"/"Read every page"/' workflows/invoice-extraction.json
  git commit --quiet --all -m 'Read every page (#345)'
  git push --quiet origin main`;

const newestId = (project: Project, list: string): string => {
  const entries = JSON.parse(project.m3forge(`${list} --json`).stdout) as readonly { readonly id: string }[];
  return entries[0]?.id ?? 'none';
};

/** `<release>` and `<backup>` stand for ids that only the reader's own project knows. */
const filledIn = (project: Project, line: string): string =>
  line
    .replaceAll('<release>', () => newestId(project, 'history'))
    .replaceAll('<backup>', () => newestId(project, 'backup list'));

const runCommand = (project: Project, { line, exit, output }: Command): void => {
  if (notRunHere.some(([command]) => command.test(line))) return;
  const ended = project.shell(filledIn(project, line), exit);
  if (output !== undefined) expect(`${ended.output}\n`, line).toMatch(patternOf(output));
};

const withCommands = documents.filter((document) => blocksOf(document).some((block) => commandsOf(block).length > 0));

describe.each(withCommands)('%s', (document) => {
  test('its commands work as printed, in their order', { timeout: 300_000 }, async () => {
    const project = await createProjectFor(document);
    for (const block of blocksOf(document)) {
      writeTitled(project, block);
      for (const command of commandsOf(block)) runCommand(project, command);
    }
  });
});

test('every reason not to run a command has a command', () => {
  const all = documents.flatMap((document) => blocksOf(document).flatMap((block: Block) => commandsOf(block)));
  const idle = notRunHere.filter(([command]) => !all.some(({ line }) => command.test(line)));
  expect(idle).toEqual([]);
});
