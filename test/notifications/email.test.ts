import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { email } from '../../providers/email/index.ts';
import { createAuthority } from '../http/certificate.ts';
import { refusalOf, serveRaw } from '../http/loopback.ts';
import { type MailServer, readMail, startMailServer } from '../support/mail-server.ts';
import { noticeWith, openNotifier, patient } from '../support/notices.ts';
import { silentPort } from '../support/receiver.ts';

// Each server here is the real thing, in a process of its own.

const authority = createAuthority();
const trusted = tls.getCACertificates('default');

beforeAll(() => tls.setDefaultCACertificates([...trusted, authority.cert]));
afterAll(() => tls.setDefaultCACertificates(trusted));

const people = { from: 'm3forge <m3forge@example.com>', to: ['team@example.com', 'lead@example.com'] };
const password = 'hunter2/@ é';
const encoded = encodeURIComponent(password);
const login = { user: 'bot', pass: password };

const mailer = (url: string, options: object = {}) => openNotifier(email, { url, ...people, ...options }, password);

const plainUrl = ({ port }: MailServer): string => `smtp://127.0.0.1:${port}`;

describe('a mail', () => {
  test('arrives with what happened, as one that programs can tell', async () => {
    await using server = await startMailServer();
    const arriving = server.next();
    expect(await mailer(plainUrl(server)).send({ notice: noticeWith(), ...patient() })).toEqual({ remark: undefined });
    const mail = await arriving;
    expect(mail).toMatchObject({ from: 'm3forge@example.com', to: people.to, secure: false });
    const { headers, text } = readMail(mail);
    expect(Object.fromEntries(headers)).toMatchObject({
      From: 'm3forge <m3forge@example.com>',
      To: 'team@example.com, lead@example.com',
      Subject: '[invoices] production: The release of v1.3.0 failed',
      'Message-ID': '<11111111-2222-4333-8444-555555555555@example.com>',
      References: '<48d6b786-0000-4000-8000-000000000001@example.com>',
      'Auto-Submitted': 'auto-generated',
    });
    expect(text).toBe(`production: The release of v1.3.0 failed

  target   production
  version  v1.3.0

The smoke test "extract" failed.

    m3forge logs 48d6b786

invoices: release.failed, 2026-11-28T02:00:00.000Z
`);
  });

  test('is over verified TLS where the server has it, whether at once or after STARTTLS, and proves who sends it', async () => {
    for (const secure of [true, false]) {
      await using server = await startMailServer({ ...authority.issue(), secure, login });
      const arriving = server.next();
      const url = `${secure ? 'smtps' : 'smtp'}://bot:${encoded}@127.0.0.1:${server.port}`;
      await mailer(url).send({ notice: noticeWith(), ...patient() });
      expect(await arriving).toMatchObject({ secure: true, user: 'bot' });
    }
  });

  test('gets no header and no recipient from what people wrote', async () => {
    await using server = await startMailServer();
    const arriving = server.next();
    const hostile = 'x\r\nBcc: everyone@example.com\r\n\r\n.\r\nMAIL FROM:<a@example.com>';
    const notice = noticeWith({ title: hostile, text: hostile, project: hostile });
    await mailer(plainUrl(server)).send({ notice, ...patient() });
    const mail = await arriving;
    expect(mail.to).toEqual(people.to);
    expect([...readMail(mail).headers.keys()]).not.toContain('Bcc');
    expect(server.mails).toHaveLength(1);
  });

  test('that is not taken for one of two is sent to the other, and that is said', async () => {
    await using server = await startMailServer({ plain: true, refuses: { 'lead@example.com': 550 } });
    expect(await mailer(plainUrl(server)).send({ notice: noticeWith(), ...patient() })).toEqual({
      remark: 'It was not taken for lead@example.com.',
    });
  });
});

const failure = async (url: string, options: object = {}) =>
  refusalOf(mailer(url, options).send({ notice: noticeWith(), ...patient() }));

describe('what is said', () => {
  test('of a server that cannot be reached', async () => {
    const port = await silentPort();
    const { code, text } = await failure(`smtp://127.0.0.1:${port}`);
    expect(code).toBe('notifier-unreachable');
    expect(text).toContain(`127.0.0.1:${port} cannot be reached, or does not go on speaking (ECONNREFUSED)`);
  });

  test('of a host that does not exist', async () => {
    const { code, text } = await failure('smtp://mail.invalid');
    expect(code).toBe('notifier-unreachable');
    expect(text).toContain('mail.invalid:587');
  });

  test('of something that is no mail server', async () => {
    await using other = await serveRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await failure(`smtp://127.0.0.1:${other.port}`)).code).toBe('notifier-unreachable');
  });

  test('of a certificate that nobody vouches for: no mail and no password goes there', async () => {
    await using server = await startMailServer({ ...createAuthority('Unknown').issue(), login });
    for (const who of ['', `bot:${encoded}@`]) {
      const { code, text } = await failure(`smtp://${who}127.0.0.1:${server.port}`);
      expect(code).toBe('notifier-unreachable');
      expect(text).toContain('does not prove who it is');
    }
    expect(server.mails).toEqual([]);
  });

  test('of a server without TLS that would get a password', async () => {
    await using server = await startMailServer({ plain: true, login });
    const { code, text } = await failure(`smtp://bot:${encoded}@127.0.0.1:${server.port}`);
    expect(code).toBe('notifier-unreachable');
    expect(text).not.toContain(password);
  });

  test('of a password that is not taken, without the password, even where the server repeats it', async () => {
    await using server = await startMailServer({ ...authority.issue(), login: { ...login, user: 'another' } });
    const { code, text } = await failure(`smtp://bot:${encoded}@127.0.0.1:${server.port}`);
    expect(code).toBe('notifier-denied');
    expect(text).toContain('Wrong login bot ***');
    expect(text).not.toContain('hunter2');
  });

  test.each([
    [550, 'notifier-message-refused'],
    [451, 'notifier-unreachable'],
  ])('of recipients that are all refused with %i: %s', async (status, code) => {
    await using server = await startMailServer({ plain: true, refuses: { 'team@example.com': status } });
    const refused = await failure(plainUrl(server), { to: ['team@example.com'] });
    expect(refused.code).toBe(code);
    expect(refused.text).toContain('No mailbox team@example.com');
  });

  test.each([
    ...['', 'hunter2', 'https://bot:hunter2@example.com', 'smtp://', 'smtp://bot:hunter2@h/path'],
    ...['smtp://bot:hunter2@h?tls.rejectUnauthorized=false', 'smtps://bot:hunter2%@h'],
  ])('of "%s", which is no mail server that is spoken to', async (url) => {
    const { code, text } = await failure(url);
    expect(code).toBe('notifier-options');
    expect(text).not.toContain('hunter2');
  });

  test('of a server that does not answer, once nobody waits any more', async () => {
    const stopped = new AbortController();
    await using silent = await serveRaw(() => stopped.abort());
    const order = { notice: noticeWith(), timeoutMs: 30_000, signal: stopped.signal };
    const { code } = await refusalOf(mailer(`smtp://127.0.0.1:${silent.port}`).send(order));
    expect(code).toBe('notifier-unreachable');
  });
});
