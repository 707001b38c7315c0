import { type Diagnostic, problem, type SourceRange, warning } from '../diagnostics/index.ts';
import { type JsonValue, type StructuralPath, valueAt } from '../values/index.ts';
import { hasExpression, hasLiteralPassword, unresolvable } from './expression.ts';
import type { EventFile, NotificationFile } from './file-notifications.ts';
import type { TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';
import { keysOfNotifications, keysOfNotifiers } from './notifications.ts';
import type { Rule, Subject } from './subject.ts';
import { textsIn } from './texts.ts';

interface Written {
  readonly written: NotificationFile;
  readonly path: StructuralPath;
  readonly target: string;
}

/** What is written of each, of those whose provider is known. */
const notificationsIn = ({ written }: Subject): readonly Written[] =>
  entriesOf<TargetFile>(written.targets).flatMap(([target, { notifications = [] }]) =>
    notifications.flatMap((one, index) =>
      one === null || one.provider === undefined
        ? []
        : [{ written: one, target, path: ['targets', target, 'notifications', index] }],
    ),
  );

const wrong = (subject: Subject, path: StructuralPath, detail: string, hint?: string): Diagnostic =>
  problem('config-notification', { detail, range: subject.document.locate(path), hint });

/** What is written for another provider would be read by nobody, and without some keys nothing can be sent. */
const keysFitTheirProvider: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written, path }) => {
    const { provider } = written;
    const own = keysOfNotifiers[provider];
    const takes = `"${provider}" takes: ${Object.keys(own).join(', ')}.`;
    const foreign = Object.keys(written).filter((key) => keysOfNotifications.has(key) && !(key in own));
    // A key that was refused has had its complaint.
    const isGiven = (key: string): boolean => valueAt(subject.document.value, [...path, key]) !== undefined;
    const missing = Object.entries(own).filter(([key, need]) => need === 'required' && !isGiven(key));
    return [
      ...foreign.map((key) => wrong(subject, [...path, key], `\`${key}\` says nothing to "${provider}".`, takes)),
      ...missing.map(([key]) => wrong(subject, path, `"${provider}" needs \`${key}\`.`, takes)),
    ];
  });

const expressionsResolve: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written, path }) =>
    textsIn(written as unknown as JsonValue, path).flatMap(([at, text]) => {
      const expression = unresolvable(text);
      if (expression === undefined) return [];
      return problem('config-expression', {
        detail: `${expression} cannot be resolved.`,
        range: subject.document.locate(at),
        hint: `Environment variables are written \${env.NAME}.`,
      });
    }),
  );

/** The line itself would show the secret once more. */
const withoutLine = ({ line: _, ...range }: SourceRange): SourceRange => range;

const secretKeys = ['routing_key', 'secret'] as const;

/** Whoever knows these can speak in the name of the team, and everyone who can read the file would know them. */
const secretsStandElsewhere: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written, path }): readonly Diagnostic[] => {
    const { provider, url = '' } = written;
    const isSecretUrl = !hasExpression(url) && url !== '' && (provider === 'slack' || hasLiteralPassword(url));
    const keys = [...(isSecretUrl ? ['url'] : []), ...secretKeys.filter((key) => isLiteral(written[key]))];
    return keys.map((key) =>
      problem('config-notification', {
        detail: `\`${key}\` is a secret, and stands in the configuration in plain text.`,
        range: withoutLine(subject.document.locate([...path, key])),
        hint: `Put it into an environment variable, write \${env.NAME}, and change it where it was issued: it is in the history of this file.`,
      }),
    );
  });

const isLiteral = (text: string | undefined): boolean => text !== undefined && text !== '' && !hasExpression(text);

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

const webUrl = 'Write a URL that begins with https://, without a user and a password.';
const mailUrl = `Write \`smtp://host:587\` or \`smtps://host\`, or \${env.NAME} where there is a password.`;

/** Why nothing can be sent there; what an expression comes to is only seen when it is sent. */
const faultOfUrl = ({ provider, url }: NotificationFile): readonly [detail: string, hint: string] | undefined => {
  if (url === undefined || hasExpression(url) || provider === 'slack') return undefined;
  const parsed = URL.parse(url);
  if (provider === 'email') {
    const isServer = parsed && /^smtps?:$/.test(parsed.protocol) && parsed.hostname !== '';
    if (!isServer) return ['This is no address of a mail server.', mailUrl];
    const isBare = /^\/?$/.test(parsed.pathname) && parsed.search === '' && parsed.hash === '';
    return isBare ? undefined : ['A mail server has no path and no options.', mailUrl];
  }
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return ['This is no URL of the web.', webUrl];
  const isBare = parsed.username === '' && parsed.password === '';
  return isBare ? undefined : ['A URL with a user in it is not accepted.', webUrl];
};

const urlsAreUsable: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written, path }): readonly Diagnostic[] => {
    const fault = hasLiteralPassword(written.url ?? '') ? undefined : faultOfUrl(written);
    return fault ? [wrong(subject, [...path, 'url'], ...fault)] : [];
  });

/** A signature tells who has written it; it hides nothing. */
const webhooksAreHidden: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written, path, target }): readonly Diagnostic[] => {
    const url = URL.parse(written.provider === 'webhook' ? (written.url ?? '') : '');
    const { environments, targets } = subject.config;
    const type = environments.get(targets.get(target)?.environment ?? '')?.type;
    if (type !== 'production' || url?.protocol !== 'http:' || isLoopback(url.hostname)) return [];
    const detail = 'What is sent over http:// can be read on the way; its signature only shows whether it was changed.';
    const range = subject.document.locate([...path, 'url']);
    return [warning('config-tls-unverified', { detail, range, hint: 'Use https://.' })];
  });

const address = /^(?:[^<>\r\n]*<)?[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+>?$/;

const addressesAreUsable: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written: { from, to = [] }, path }) =>
    [
      ...(from === undefined ? [] : [[from, [...path, 'from']] as const]),
      ...to.map((one, index) => [one, [...path, 'to', index]] as const),
    ].flatMap(([text, at]): readonly Diagnostic[] => {
      if (text === null || hasExpression(text) || address.test(text)) return [];
      const hint = 'Write one address each, such as team@example.com.';
      return [wrong(subject, at, `"${text}" is no address of a mailbox.`, hint)];
    }),
  );

const opensAlerts: readonly EventFile[] = ['failed', 'rolled_back', 'rollback_failed', 'recovered'];

/** Somebody would be called, and never be told that it is over. */
const alertsAreClosed: Rule = (subject) =>
  notificationsIn(subject).flatMap(({ written: { provider, events = [] }, path }): readonly Diagnostic[] => {
    const opening = events.find((event) => opensAlerts.includes(event));
    if (provider !== 'pagerduty' || opening === undefined || events.includes('succeeded')) return [];
    return [
      warning('config-notification', {
        detail: `What \`${opening}\` opens at PagerDuty is closed by \`succeeded\`, which is not told there.`,
        range: subject.document.locate([...path, 'events']),
        hint: 'Add `succeeded`: it calls nobody.',
      }),
    ];
  });

export const notificationRules: readonly Rule[] = [
  keysFitTheirProvider,
  expressionsResolve,
  secretsStandElsewhere,
  urlsAreUsable,
  webhooksAreHidden,
  addressesAreUsable,
  alertsAreClosed,
];
