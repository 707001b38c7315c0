import type { System } from '../../system/index.ts';
import { isLower } from '../../values/index.ts';
import { gitVersion, oldestGit } from '../../versions/index.ts';
import { examine, type Finding, finding, ok } from './finding.ts';

/** As package.json says under `engines`. */
export const oldestNode = '22.19.0';

const examineNode = ({ nodeVersion }: System): Finding =>
  isLower(nodeVersion, oldestNode)
    ? finding(
        'broken',
        'Node',
        `This is Node ${nodeVersion}; ${oldestNode} or newer is needed.`,
        'Install a newer Node, and make sure that it comes first on the PATH.',
      )
    : ok('Node', nodeVersion);

/** Some builds of Git leave the third number out. */
const whole = (version: string): string => (/^\d+\.\d+$/.test(version) ? `${version}.0` : version);

const examineGit = (system: System): Promise<readonly Finding[]> =>
  examine('Git', async () => {
    const version = await gitVersion(system);
    const remedy = 'Install a newer Git, and make sure that it comes first on the PATH.';
    return [
      isLower(whole(version), oldestGit)
        ? finding('broken', 'Git', `This is Git ${version}; ${oldestGit} or newer is needed.`, remedy)
        : ok('Git', version),
    ];
  });

/** The programs that m3forge runs on and calls. */
export const examineMachine = async (system: System): Promise<readonly Finding[]> => [
  examineNode(system),
  ...(await examineGit(system)),
];
