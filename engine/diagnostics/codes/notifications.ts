import { defineCodes } from './define.ts';

/** Those who are told what happens. None of it ever fails a release. */
export const notificationCodes = defineCodes({
  'notifier-unreachable': { summary: 'Nothing can be sent there now', exit: 1 },
  'notifier-denied': { summary: 'Nothing is taken there from here', exit: 1 },
  'notifier-message-refused': { summary: 'The message is not taken', exit: 1 },
  'notifier-options': { summary: 'What a notifier is told cannot be used', exit: 1 },
  'notification-undelivered': { summary: 'A notification was not delivered', exit: 1 },
  'notification-none': { summary: 'Nobody is to be told', exit: 1 },
});
