import type { TargetConfig } from '../config/index.ts';
import type { Desired, PlaceReading } from '../plan/index.ts';
import { findVersions } from '../state/index.ts';
import { compareBytes } from '../values/index.ts';
import type { Author } from '../versions/index.ts';
import type { Session } from './session.ts';

/** A commit's author by the name that the team knows them by; otherwise by whatever the commit says. */
const namesOf = ({ config }: Session, authors: readonly Author[]): readonly string[] => {
  const members = [...config.team.values()];
  return authors.flatMap(({ name, email }) => {
    const member = members.find((one) => one.email !== undefined && one.email.toLowerCase() === email.toLowerCase());
    return member ? [member.name] : [name, email].filter((one) => one !== '');
  });
};

/** Who wrote what a target would get beyond what its place runs, sorted; undefined where nobody asks for it. */
export const committersOf = async (
  session: Session,
  { approvals }: Pick<TargetConfig, 'approvals'>,
  reading: PlaceReading,
  desired: Desired | undefined,
): Promise<readonly string[] | undefined> => {
  if (approvals.min === 0 || approvals.separation !== 'committers' || !desired?.commit) return undefined;
  const running = reading.status?.marker?.version;
  const [record] = running === undefined ? [] : await findVersions(session.state, [running]);
  const source = await session.source();
  const authors = await source.authorsSince(record?.commit ?? undefined, desired.commit);
  return [...new Set(namesOf(session, authors))].sort(compareBytes);
};
