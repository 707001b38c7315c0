import { describe, expect, test } from 'vitest';
import type { EventName, NotificationConfig, TargetConfig } from '../../engine/config/index.ts';
import { chooseSinks } from '../../engine/notifications/choose.ts';
import { sampleOf } from '../../engine/notifications/samples.ts';
import type { Happening } from '../../engine/state/index.ts';

type Told = Pick<TargetConfig, 'name' | 'environment' | 'notifications'>;

const sinkWith = (name: string, events?: readonly EventName[]): NotificationConfig => ({
  provider: 'webhook',
  options: { url: `https://${name}.example`, secret: `\${env.${name.toUpperCase()}}` },
  ...(events && { events }),
  at: () => {
    throw new Error('nothing is wrong with it');
  },
});

const told = (targets: readonly Told[], happening: Happening): readonly string[] =>
  chooseSinks(targets, happening).map(
    ({ target, sink }) => `${target} ${String(sink.options.url).replace(/^https:\/\/|\.example$/g, '')}`,
  );

const production: Told = {
  name: 'production',
  environment: 'production',
  notifications: [sinkWith('chat'), sinkWith('pager', ['failed'])],
};
const staging: Told = {
  name: 'staging',
  environment: 'staging',
  notifications: [sinkWith('chat'), sinkWith('mail', ['version_created'])],
};
const targets = [production, staging];

const sample = (event: EventName, target = 'production') =>
  sampleOf(event, { target, environment: target, by: 'alice' });

describe('who is told', () => {
  test('of a release: those of its target who want to know of such an event', () => {
    expect(told(targets, sample('failed'))).toEqual(['production chat', 'production pager']);
    expect(told(targets, sample('succeeded'))).toEqual(['production chat']);
    expect(told(targets, sample('failed', 'staging'))).toEqual(['staging chat']);
    expect(told(targets, sample('failed', 'elsewhere'))).toEqual([]);
  });

  test('of what concerns no one target: those of all targets, each once', () => {
    expect(told(targets, sample('version_created'))).toEqual(['null chat', 'null mail']);
    const everywhere = { ...sample('hold_added'), target: null } as Happening;
    expect(told(targets, everywhere)).toEqual(['null chat']);
  });

  test('of a recovery: those who want to know of recoveries, and those who want to know how it ended, once', () => {
    const of = (events: readonly EventName[]) => [
      { name: 'production', environment: 'production', notifications: [sinkWith('chat', events)] },
    ];
    const recovery = sample('recovered');
    expect(told(of(['recovered']), recovery)).toHaveLength(1);
    expect(told(of(['failed']), recovery)).toHaveLength(1);
    expect(told(of(['recovered', 'failed']), recovery)).toHaveLength(1);
    expect(told(of(['succeeded', 'rolled_back']), recovery)).toEqual([]);
  });

  test('of a rollback by hand: those who want to know when a target goes back', () => {
    const of = (events: readonly EventName[]) => [
      { name: 'production', environment: 'production', notifications: [sinkWith('chat', events)] },
    ];
    const rollback = { ...sample('succeeded'), kind: 'rollback' } as Happening;
    expect(told(of(['rolled_back']), rollback)).toHaveLength(1);
    expect(told(of(['rolled_back']), sample('succeeded'))).toEqual([]);
  });

  test('of a place that is named twice with other events: all of them', () => {
    const twice = [sinkWith('chat', ['failed']), sinkWith('chat', ['started'])];
    const of = [{ name: 'production', environment: 'production', notifications: twice }];
    for (const event of ['failed', 'started'] as const) expect(told(of, sample(event))).toEqual(['production chat']);
    expect(told(of, sample('succeeded'))).toEqual([]);
  });

  test('of a test: nobody, because it is sent past all this', () => {
    expect(told(targets, { event: 'test', target: 'production', environment: 'production', by: 'alice' })).toEqual([]);
  });
});
