/** The hosts whose runners a file is made for. */
export type CiHost = 'github' | 'gitea';

/** What of a project goes into the file. */
export interface CiPlot {
  readonly host: CiHost;
  /** The folder of the configuration in the repository, with forward slashes; empty where it is the repository itself. */
  readonly folder: string;
  /** The targets that a new version is applied to, in their order. */
  readonly targets: readonly string[];
  /** The environment variables that the configuration refers to, sorted. */
  readonly variables: readonly string[];
  /** Whether some of what is recorded or released lies in an embedded database. */
  readonly embedded: boolean;
  /** The glob of the tags that are versions. */
  readonly versionPattern: string;
  /** That pull requests are merged into. */
  readonly mainBranch: string;
  /** Whether the host is told of releases. */
  readonly deployments: boolean;
}

export const ciFiles: Readonly<Record<CiHost, string>> = {
  github: '.github/workflows/m3forge.yml',
  gitea: '.gitea/workflows/m3forge.yml',
};

/** What the runner fills in: `${{ github.token }}`. */
const filled = (expression: string): string => `\${{ ${expression} }}`;

/** The token that the runner has from its host, for as long as a job runs. */
const hostTokens: Readonly<Record<CiHost, readonly [name: string, value: string]>> = {
  github: ['GITHUB_TOKEN', filled('github.token')],
  gitea: ['GITEA_TOKEN', filled('secrets.GITEA_TOKEN')],
};

const ofHost: readonly string[] = Object.values(hostTokens).map(([name]) => name);

/** The secrets that somebody has to set at the host, by name. */
export const secretsOf = ({ variables }: Pick<CiPlot, 'variables'>): readonly string[] =>
  variables.filter((name) => !ofHost.includes(name));

/** By commit: an action stays what it was when it was looked at, whatever becomes of its tag. */
const actions = {
  checkout: 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
  node: 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0',
} as const;

const uses = (host: CiHost, action: keyof typeof actions): string =>
  `uses: ${host === 'gitea' ? 'https://github.com/' : ''}${actions[action]}`;

/** A text in quotes, as YAML has it. */
const quoted = (text: string): string => JSON.stringify(text);

const head = ({ host, folder, targets, versionPattern, mainBranch }: CiPlot): readonly string[] => [
  `# Written by "m3forge ci ${host}", and yours from now on: a preview of what merging would bring on each pull request,`,
  '# another one of all that are open when their base moves, and a release on each tag that is a version.',
  'name: m3forge',
  '',
  'on:',
  '  # Not pull_request_target: with it, what a fork proposes would run with the rights of this repository.',
  '  pull_request:',
  '    # "edited" also tells that a pull request goes to another branch now.',
  '    types: [opened, reopened, synchronize, edited]',
  '  push:',
  `    branches: [${quoted(mainBranch)}]`,
  ...(targets.length === 0 ? [] : [`    tags: [${quoted(versionPattern)}]`]),
  '',
  '# Each job asks for what it needs.',
  'permissions: {}',
  ...(host === 'gitea'
    ? [
        '# Editions of Gitea that do not know "permissions" or "concurrency" pass over them: then the token has the rights',
        '# that the settings of the repository give it.',
      ]
    : []),
  ...(folder === '' ? [] : ['', 'defaults:', '  run:', `    working-directory: ${quoted(folder)}`]),
  '',
  'jobs:',
];

const tools = (host: CiHost): readonly string[] => [
  `      - ${uses(host, 'node')}`,
  '        with:',
  '          node-version: "24"',
  '      # m3forge is a development dependency of this repository. Where it is not, say here where it comes from.',
  '      - run: npm ci',
];

const previewRights: readonly string[] = [
  '    permissions:',
  '      contents: read',
  '      pull-requests: write # the comment',
  '      statuses: write # the status m3forge/plan',
];

/** A checkout does not say which branch is the main one: where it has no usual name, it is named. */
const baseFor = ({ mainBranch }: CiPlot): { readonly flag: string; readonly environment: readonly string[] } =>
  ['main', 'master'].includes(mainBranch)
    ? { flag: '', environment: [] }
    : { flag: ' --base "$BASE"', environment: [`          BASE: ${quoted(`origin/${mainBranch}`)}`] };

const preview = (plot: CiPlot): readonly string[] => {
  const { host } = plot;
  const base = baseFor(plot);
  const [name, value] = hostTokens[host];
  return [
    '  preview:',
    "    if: github.event_name == 'pull_request'",
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 15',
    ...previewRights,
    '    # What was pushed later makes the former preview worthless.',
    '    concurrency:',
    `      group: m3forge-preview-${filled('github.event.pull_request.number')}`,
    '      cancel-in-progress: true',
    '    env:',
    `      NUMBER: ${filled('github.event.pull_request.number')}`,
    '    steps:',
    '      # The base, not the head: its configuration and its programs are those that hold. The head is only read.',
    `      - ${uses(host, 'checkout')}`,
    '        with:',
    `          ref: ${filled('github.event.pull_request.base.sha')}`,
    '          fetch-depth: 0',
    '      - name: Fetch the head',
    '        run: git fetch --quiet --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/origin/pull/$NUMBER"',
    ...tools(host),
    '      - name: Preview',
    '        env:',
    `          ${name}: ${value}`,
    '          # The token of a pull request from a fork may read and not write, and there are no secrets: the preview is in',
    '          # the log of this job then. "m3forge preview --pr NUMBER --post" posts it, from wherever somebody may.',
    `          POST: ${filled("github.event.pull_request.head.repo.full_name == github.repository && '--post' || ''")}`,
    ...base.environment,
    `        run: npx --no-install m3forge preview --pr "$NUMBER"${base.flag} --detail ${runUrl} $POST`,
  ];
};

/** Where the whole of a preview is: the log of its run. Gitea's runners have the same variables. */
const runUrl = '--plan-url "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"';

/** What the comments of before say was made against a base that is another one now. */
const previewOpen = (plot: CiPlot): readonly string[] => {
  const { host } = plot;
  const base = baseFor(plot);
  const [name, value] = hostTokens[host];
  return [
    '  preview-open:',
    "    if: github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')",
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 30',
    ...previewRights,
    '    # The base has moved once more: what is being made of the former one is worthless.',
    '    concurrency:',
    '      group: m3forge-preview-open',
    '      cancel-in-progress: true',
    '    steps:',
    `      - ${uses(host, 'checkout')}`,
    '        with:',
    '          fetch-depth: 0',
    '      - name: Fetch the heads',
    '        run: git fetch --quiet --no-tags origin "+refs/pull/*/head:refs/remotes/pull/*"',
    ...tools(host),
    '      - name: Preview what is open',
    '        env:',
    `          ${name}: ${value}`,
    ...base.environment,
    `        run: npx --no-install m3forge preview --open${base.flag} ${runUrl} --post`,
  ];
};

const environment = ({ host, variables }: CiPlot): readonly string[] => {
  const [name, value] = hostTokens[host];
  const lines = [
    ...secretsOf({ variables }).map((one) => `          ${one}: ${filled(`secrets.${one}`)}`),
    ...(variables.includes(name) ? [`          ${name}: ${value}`] : []),
  ];
  return lines.length === 0 ? [] : ['        env:', ...lines];
};

const applyStep = (target: string, plot: CiPlot): readonly string[] => [
  `      - name: Apply to ${target}`,
  // Not for the whole job: what npm installs is told no secret.
  ...environment(plot),
  '        run: |',
  '          code=0',
  `          npx --no-install m3forge apply --target ${target} --yes || code=$?`,
  '          # 7: it waits for approvals, a window or its time, and goes on with "m3forge resume" or a worker.',
  '          [ "$code" -eq 0 ] || [ "$code" -eq 7 ]',
];

const apply = (plot: CiPlot): readonly string[] => [
  '  apply:',
  "    if: github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')",
  '    runs-on: ubuntu-latest',
  '    timeout-minutes: 60',
  '    permissions:',
  '      contents: read',
  ...(plot.deployments ? ['      deployments: write # each release, beside its commit'] : []),
  '    # One after the other, and none is ended half way. Of those that wait, the newest stays.',
  '    concurrency:',
  '      group: m3forge-apply',
  '      cancel-in-progress: false',
  '    steps:',
  `      - ${uses(plot.host, 'checkout')}`,
  '        with:',
  '          fetch-depth: 0',
  '          persist-credentials: false',
  ...tools(plot.host),
  ...(plot.embedded
    ? ['      # The runner forgets what is in an embedded database: give the state and these targets a server.']
    : []),
  ...plot.targets.flatMap((target) => applyStep(target, plot)),
];

/**
 * A workflow for the runners of a host: a preview on each pull request, and of those that are open when the main branch
 * moves, with the rights to post it and no others, and a release to each target on a tag. Without targets that are released to in this way, the previews alone.
 */
export const ciWorkflowText = (plot: CiPlot): string =>
  [
    ...[...head(plot), ...preview(plot), '', ...previewOpen(plot)],
    ...(plot.targets.length === 0 ? [] : ['', ...apply(plot)]),
    '',
  ].join('\n');
