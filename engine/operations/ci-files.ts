import { askedFor, askingLines, type CiHost, type CiPlot, filled, previewsAlone, quoted } from './ci-plot.ts';
import { releaseJobs } from './ci-release-jobs.ts';

export const ciFiles: Readonly<Record<CiHost, string>> = {
  github: '.github/workflows/m3forge.yml',
  gitea: '.gitea/workflows/m3forge.yml',
};

/** By commit: an action stays what it was when it was looked at, whatever becomes of its tag. */
const actions = {
  checkout: 'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
  node: 'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0',
} as const;

const uses = (host: CiHost, action: keyof typeof actions): string =>
  `uses: ${host === 'gitea' ? 'https://github.com/' : ''}${actions[action]}`;

/**
 * Whoever may start a workflow chooses one of these, and what else is sent is refused by the host. What is chosen by itself
 * releases nothing.
 */
const dispatch = ({ byHand }: CiPlot): readonly string[] => [
  '  # "Run workflow", at the page of this one.',
  '  workflow_dispatch:',
  ...(byHand.length === 0
    ? []
    : [
        '    inputs:',
        '      target:',
        '        description: Which target is released to',
        '        required: true',
        '        type: choice',
        `        default: ${quoted(previewsAlone)}`,
        `        options: [${[previewsAlone, ...byHand].map(quoted).join(', ')}]`,
      ]),
];

const purposes = ({ triggered, byHand }: CiPlot): readonly string[] => [
  '# another one of all that are open when their base moves or somebody asks for it,',
  ...(triggered.length === 0 ? [] : ['# a release on each new tag to the targets whose triggers say so,']),
  ...(byHand.length === 0 ? [] : ['# and a release to the target that somebody chooses.']),
];

const head = (plot: CiPlot): readonly string[] => [
  `# Written by "m3forge ci ${plot.host}", and yours from now on: a preview of what merging would bring on each pull request,`,
  ...purposes(plot),
  ...events(plot),
];

const events = (plot: CiPlot): readonly string[] => [
  'name: m3forge',
  '',
  'on:',
  '  # Not pull_request_target: with it, what a fork proposes would run with the rights of this repository.',
  '  pull_request:',
  '    # "edited" also tells that a pull request goes to another branch now.',
  '    types: [opened, reopened, synchronize, edited]',
  ...(plot.host === 'github'
    ? [
        '  # A merge queue tests commits of its own, and waits for the status m3forge/plan of each where that is required.',
        '  merge_group:',
      ]
    : []),
  '  push:',
  `    branches: [${quoted(plot.mainBranch)}]`,
  ...(plot.triggered.length === 0 ? [] : [`    tags: [${quoted(plot.versionPattern)}]`]),
  ...dispatch(plot),
  '',
  '# Each job asks for what it needs.',
  'permissions: {}',
  ...(plot.host === 'gitea'
    ? [
        '# Editions of Gitea that do not know "permissions" or "concurrency" pass over them: then the token has the rights',
        '# that the settings of the repository give it.',
      ]
    : []),
  ...(plot.folder === '' ? [] : ['', 'defaults:', '  run:', `    working-directory: ${quoted(plot.folder)}`]),
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

const statusRight = '      statuses: write # the status m3forge/plan';

/** Gitea has no right for statuses alone, and asks of whoever sets one that he may write. */
const previewRights = (host: CiHost): readonly string[] => [
  '    permissions:',
  '      contents: read',
  ...(host === 'gitea' ? ['      code: write # the status m3forge/plan, for which Gitea has no right of its own'] : []),
  '      pull-requests: write # the comment',
  ...(host === 'github' ? [statusRight] : []),
];

/** A checkout does not say which branch is the main one: where it has no usual name, it is named. */
const baseFor = ({ mainBranch }: CiPlot): { readonly flag: string; readonly environment: readonly string[] } =>
  ['main', 'master'].includes(mainBranch)
    ? { flag: '', environment: [] }
    : { flag: ' --base "$BASE"', environment: [`          BASE: ${quoted(`origin/${mainBranch}`)}`] };

const preview = (plot: CiPlot): readonly string[] => {
  const { host } = plot;
  const base = baseFor(plot);
  return [
    '  preview:',
    "    if: github.event_name == 'pull_request'",
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 15',
    ...previewRights(host),
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
    ...askingLines(plot),
    '          # The token of a pull request from a fork may read and not write, and there are no secrets: the preview is in',
    '          # the log of this job then. The job preview-open posts it: "Run workflow", or the next push to the main branch.',
    `          POST: ${filled("github.event.pull_request.head.repo.full_name == github.repository && '--post' || ''")}`,
    ...base.environment,
    `        run: npx --no-install m3forge preview --pr "$NUMBER"${base.flag} --detail ${runUrl} $POST`,
  ];
};

/** Where the whole of a preview is: the log of its run. Gitea's runners have the same variables. */
const runUrl = '--plan-url "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"';

/** What the comments of before say was made against a base that is another one now, and what no job of a fork could post. */
const previewOpen = (plot: CiPlot): readonly string[] => {
  const { host } = plot;
  const base = baseFor(plot);
  return [
    '  preview-open:',
    '    # When somebody asks, too: the job of a pull request from a fork could not post, and its head waits for its status.',
    '    if: >-',
    "      (github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')) ||",
    `      (${askedFor(plot, { release: false })})`,
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 30',
    ...previewRights(host),
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
    ...askingLines(plot),
    ...base.environment,
    `        run: npx --no-install m3forge preview --open${base.flag} ${runUrl} --post`,
  ];
};

/** As the host says it: a checkout does not know. */
const mainRef = "format('refs/heads/{0}', github.event.repository.default_branch)";

/** What GitHub would merge next is a commit of its own, and waits for its status; Gitea has no such queue. */
const queued = (plot: CiPlot): readonly string[] => [
  '  queued:',
  "    if: github.event_name == 'merge_group'",
  '    runs-on: ubuntu-latest',
  '    timeout-minutes: 15',
  '    permissions:',
  '      contents: read',
  statusRight,
  '    concurrency:',
  `      group: m3forge-queued-${filled('github.event.merge_group.head_sha')}`,
  '      cancel-in-progress: true',
  '    env:',
  `      BASE: ${filled('github.event.merge_group.base_ref')}`,
  `      QUEUED: ${filled('github.event.merge_group.head_sha')}`,
  '      # Empty for the main branch.',
  `      INTO: ${filled(`github.event.merge_group.base_ref != ${mainRef} && github.event.merge_group.base_ref || ''`)}`,
  '    steps:',
  '      # The branch that it is merged into: its configuration and its programs are those that hold.',
  `      - ${uses(plot.host, 'checkout')}`,
  '        with:',
  `          ref: ${filled('github.event.merge_group.base_ref')}`,
  '          fetch-depth: 0',
  '      - name: Fetch what is queued',
  '        run: git fetch --quiet --no-tags origin "$QUEUED"',
  ...tools(plot.host),
  '      - name: Preview',
  '        env:',
  ...askingLines(plot),
  `        run: npx --no-install m3forge preview --base "$BASE" --head "$QUEUED" --set-status \${INTO:+--into "$INTO"} --detail ${runUrl}`,
];

/**
 * The main branch: what was tagged may be any commit, and says neither what is configured nor what is installed. All versions
 * are there with it, and nobody hands anything over to the host's repository.
 */
const ofReleases = ({ mainBranch }: CiPlot): readonly string[] => [
  '        with:',
  `          ref: ${quoted(`refs/heads/${mainBranch}`)} # its configuration and programs hold; tags come with the history`,
  '          fetch-depth: 0',
  '          persist-credentials: false',
];

/**
 * A workflow for the runners of a host: a preview on each pull request, of those that are open when the main branch moves or
 * somebody asks, and of what a merge queue is about to merge, with the rights to post it and no others; on a tag a release to the
 * targets that a tag starts one to; and a release by hand. Where no target is released to in one of these ways, it has no job.
 */
export const ciWorkflowText = (plot: CiPlot): string =>
  [
    ...[...head(plot), ...preview(plot), '', ...previewOpen(plot)],
    ...(plot.host === 'github' ? ['', ...queued(plot)] : []),
    ...releaseJobs(plot, [`      - ${uses(plot.host, 'checkout')}`, ...ofReleases(plot), ...tools(plot.host)]),
    '',
  ].join('\n');
