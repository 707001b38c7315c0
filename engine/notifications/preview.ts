import type { EventName, TargetConfig } from '../config/index.ts';
import type { ComposedMessage } from '../provider/index.ts';
import { digestOfSink } from '../state/index.ts';
import { chooseSinks, sinkOf } from './choose.ts';
import { noticeOf } from './notice.ts';
import { openComposer, type Surroundings } from './open.ts';
import { sampleOf } from './samples.ts';

/** What one of those who are told of a target would get. */
export interface Preview {
  readonly provider: string;
  readonly label: string;
  /** Empty where he is not told of such an event. */
  readonly messages: readonly ComposedMessage[];
}

interface PreviewOrder {
  readonly project: string;
  readonly event: EventName;
  readonly by: string;
}

const sampleId = '00000000-0000-4000-8000-000000000000';

/** What would be sent of an event, to each who is told of the target. Nothing is sent, and no secret is looked at. */
export const previewOf = async (
  surroundings: Surroundings,
  target: TargetConfig,
  { project, event, by }: PreviewOrder,
): Promise<readonly Preview[]> => {
  const happening = sampleOf(event, { target: target.name, environment: target.environment, by });
  const told = new Set(chooseSinks([target], happening).map(({ sink }) => digestOfSink(sink)));
  const notice = noticeOf(happening, { id: sampleId, at: surroundings.system.clock.now(), project });
  const sinks = new Map(target.notifications.map((one) => [digestOfSink(sinkOf(one)), sinkOf(one)]));
  return Promise.all(
    [...sinks].map(async ([digest, sink]): Promise<Preview> => {
      const { label, compose } = await openComposer(surroundings, sink);
      return { provider: sink.provider, label, messages: told.has(digest) ? compose(notice) : [] };
    }),
  );
};
