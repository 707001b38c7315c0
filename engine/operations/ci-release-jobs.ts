import { askedFor, askingLines, type CiPlot, filled, secretsOf } from './ci-plot.ts';

/** Not for the whole job: what npm installs is told no secret. */
const environment = ({ variables, asking }: CiPlot, own: readonly string[] = []): readonly string[] => {
  const lines = [
    ...own,
    ...secretsOf({ variables, asking }).map((one) => `          ${one}: ${filled(`secrets.${one}`)}`),
    ...askingLines({ asking: asking.filter(([name]) => variables.includes(name)) }),
  ];
  return lines.length === 0 ? [] : ['        env:', ...lines];
};

/** What waits is no failure. The command tells the runner what it waits for, and the page of the run shows it. */
const patiently = (command: string): readonly string[] => [
  '        run: |',
  '          code=0',
  `          ${command} || code=$?`,
  '          # 7: it waits for approvals, a window or its time, and goes on with "m3forge resume" or a worker.',
  '          [ "$code" -eq 0 ] || [ "$code" -eq 7 ]',
];

interface Job {
  readonly name: string;
  readonly condition: string;
  /** Of those that wait in one group, the newest stays. */
  readonly group: string;
}

const prepared = (plot: CiPlot, { name, condition, group }: Job, setUp: readonly string[]): readonly string[] => [
  `  ${name}:`,
  `    if: ${condition}`,
  '    runs-on: ubuntu-latest',
  '    timeout-minutes: 60',
  '    permissions:',
  '      contents: read',
  ...(plot.deployments ? ['      deployments: write # each release, beside its commit'] : []),
  '    # One after the other, and none is ended half way. Of those that wait, the newest stays.',
  '    concurrency:',
  `      group: ${group}`,
  '      cancel-in-progress: false',
  '    steps:',
  ...setUp,
  ...(plot.embedded
    ? ['      # The runner forgets what is in an embedded database: give the state and these targets a server.']
    : []),
];

/** A worker for one turn, by the rules of the main branch, which has every tag there is: patterns and branches of triggers hold, as they are recorded, and no version is tried twice. */
const onTag = (plot: CiPlot, setUp: readonly string[]): readonly string[] => [
  ...prepared(
    plot,
    {
      name: 'apply',
      condition: "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')",
      group: 'm3forge-apply',
    },
    setUp,
  ),
  '      - name: Release what is triggered',
  ...environment(plot),
  ...patiently(
    `npx --no-install m3forge worker --once ${plot.triggered.map((target) => `--target ${target}`).join(' ')}`,
  ),
];

const chosen = filled('github.event.inputs.target');

const byHand = (plot: CiPlot, setUp: readonly string[]): readonly string[] => [
  ...prepared(
    plot,
    {
      name: 'release',
      condition: askedFor(plot, { release: true }),
      group: `m3forge-release-${chosen}`,
    },
    setUp,
  ),
  '      - name: Release to the target that was chosen',
  ...environment(plot, [`          CHOSEN_TARGET: ${chosen}`]),
  ...patiently('npx --no-install m3forge apply --target="$CHOSEN_TARGET" --yes'),
];

/**
 * The jobs that release: what tags start, and what somebody asks for. Those that no target is for are not there.
 * `setUp`: the steps before, which bring the repository and m3forge.
 */
export const releaseJobs = (plot: CiPlot, setUp: readonly string[]): readonly string[] => [
  ...(plot.triggered.length === 0 ? [] : ['', ...onTag(plot, setUp)]),
  ...(plot.byHand.length === 0 ? [] : ['', ...byHand(plot, setUp)]),
];
