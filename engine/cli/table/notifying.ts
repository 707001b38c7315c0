import type { CommandEntry } from '../command-entry.ts';

const group = 'Notifications';

export const notifying: readonly CommandEntry[] = [
  {
    path: 'notify test',
    group,
    summary: 'Send a test to all who are told what happens to a target',
    load: async () => (await import('../commands/notify-test.ts')).NotifyTestCommand,
  },
  {
    path: 'notify preview',
    group,
    summary: 'Show what would be sent of an event, and to whom; sends nothing',
    load: async () => (await import('../commands/notify-preview.ts')).NotifyPreviewCommand,
  },
  {
    path: 'notify list',
    group,
    summary: 'List what waits to be sent, how often it was tried, and why it waits',
    load: async () => (await import('../commands/notify-list.ts')).NotifyListCommand,
  },
  {
    path: 'notify deliver',
    group,
    summary: 'Send what waits, now',
    load: async () => (await import('../commands/notify-deliver.ts')).NotifyDeliverCommand,
  },
];
