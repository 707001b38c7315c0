import type { EventName } from '../config/index.ts';
import type { Notice } from '../provider/index.ts';
import type { Happening } from '../state/index.ts';
import { digestOfBytes, type JsonObject, visible, visibleLines } from '../values/index.ts';
import { approvalRequested, approved, cancelled, expired, rejected, superseded } from './templates/approvals.ts';
import { deployment } from './templates/deployments.ts';
import { emergencyStarted, reviewClosed, reviewOpened } from './templates/emergencies.ts';
import { holdAdded, holdLifted } from './templates/holds.ts';
import { failed, recovered, rollbackFailed, rolledBack, started, succeeded } from './templates/releases.ts';
import { drift, publishPlanned, test } from './templates/targets.ts';
import type { Telling } from './templates/telling.ts';
import { versionCreated, versionDeprecated } from './templates/versions.ts';

type Templates = {
  readonly [Event in Happening['event']]: (of: Extract<Happening, { readonly event: Event }>) => Telling;
};

/** How each event is told. */
const templates: Templates = {
  publish_planned: publishPlanned,
  started,
  succeeded,
  failed,
  rolled_back: rolledBack,
  rollback_failed: rollbackFailed,
  recovered,
  emergency_started: emergencyStarted,
  review_opened: reviewOpened,
  review_closed: reviewClosed,
  approval_requested: approvalRequested,
  approved,
  rejected,
  cancelled,
  expired,
  superseded,
  hold_added: holdAdded,
  hold_lifted: holdLifted,
  version_created: versionCreated,
  version_deprecated: versionDeprecated,
  drift,
  deployment,
  test,
};

/** Every event that is told, in the order in which they are likely to happen. */
export const eventNames: readonly EventName[] = Object.keys(templates).flatMap((name) =>
  name === 'test' || name === 'deployment' ? [] : [name as EventName],
);

const tellingOf = (happening: Happening): Telling => {
  const template = templates[happening.event] as (of: Happening) => Telling;
  return template(happening);
};

/** What programs call it: `release.failed`, `rollback.succeeded`, `hold.added`, `version.created`. */
export const typeOf = (happening: Happening): string => {
  if (happening.event === 'deployment') return `deployment.${happening.state}`;
  if ('kind' in happening) return `${happening.kind}.${happening.event}`;
  const others: Readonly<Record<string, string>> = {
    drift: 'target.drift',
    publish_planned: 'publish.planned',
    test: 'notification.test',
  };
  return others[happening.event] ?? happening.event.replace('_', '.');
};

/** A thread is named in headers, where only some characters may stand. */
const threadOf = (thread: string): string =>
  /^[A-Za-z0-9-]{1,64}$/.test(thread) ? thread : digestOfBytes(thread).slice(0, 32);

const dataOf = ({ event: _, ...facts }: Happening): JsonObject => facts as unknown as JsonObject;

/** What is told, for whatever notifier will tell it. Pure. */
export const noticeOf = (happening: Happening, { id, at, project }: Pick<Notice, 'id' | 'at' | 'project'>): Notice => {
  const { alert, thread, ...telling } = tellingOf(happening);
  const target = 'target' in happening ? happening.target : null;
  return {
    ...{ id, at, project: visible(project), tone: telling.tone, type: typeOf(happening), data: dataOf(happening) },
    title: visible(telling.title),
    text: telling.text === undefined ? undefined : visibleLines(telling.text),
    facts: telling.facts.map(([name, value]) => [name, visible(value)] as const),
    commands: telling.commands.map(visible),
    thread: threadOf(thread),
    // The next success of the target closes what a failure of it has opened.
    alert: alert && { key: `m3forge/${project}/${target ?? ''}`, action: alert },
  };
};
