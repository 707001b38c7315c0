import { refuse } from '../../engine/diagnostics/index.ts';

/** A mail server, and how it is spoken to. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, where the server has it. */
  readonly secure: boolean;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
}

const unusable = (detail: string): Error =>
  refuse('notifier-options', {
    detail: `What \`url\` comes to is no mail server: ${detail}.`,
    hint: 'Write `smtp://user:password@host:587` or `smtps://user:password@host`; what is special in a password is percent-encoded.',
  });

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable('its user or password is not percent-encoded as it should be');
  }
};

/** What a URL says of a mail server. The URL is a secret, and no part of it is shown. */
export const mailServerOf = (text: string): MailServer => {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
    throw unusable('it is no smtp:// or smtps:// URL');
  // Options in a URL could turn off that a server proves who it is.
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') throw unusable('it has a path or options');
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    login: url.username === '' ? undefined : { user: decoded(url.username), pass: decoded(url.password) },
  };
};
