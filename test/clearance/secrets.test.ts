import { describe, expect, test } from 'vitest';
import { secretsGate } from '../../engine/clearance/gates/secrets.ts';
import { digestOfBytes, type JsonObject } from '../../engine/values/index.ts';
import { codesIn, gateInput, said } from './input.ts';

const password = 'wJ7hunter2Zq';
const leaking = { nodes: [{ definition: { params: { url: `https://reader:${password}@mail.example.org/in` } } }] };
const harmless = {
  nodes: [{ definition: { params: { url: 'https://mail.example.org/in', prompt: 'Read the total.' } } }],
};
const key = [
  '-----BEGIN RSA PRIVATE KEY-----',
  ...Array.from(
    { length: 12 },
    (_, row) => `${'MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gu'.slice(row)}`,
  ),
  '-----END RSA PRIVATE KEY-----',
].join('\n');

const processor = (files: Readonly<Record<string, string>>): JsonObject => ({
  manifest: { name: 'ocr', version: '1.0.0' },
  files: Object.entries(files).map(([path, text]) => ({ path, mode: '100644', digest: digestOfBytes(text) })),
});

describe('the gate "secrets"', () => {
  test('finds a password in a URL, says where it stands, and not what it is', async () => {
    const input = gateInput(
      { artifacts: { 'workflow.mail': leaking, 'workflow.other': harmless } },
      { gates: { security: { enabled: true } } },
    );
    const outcome = await secretsGate.run(input);
    expect(outcome).toMatchObject({
      verdict: 'fail',
      summary: '1 secret in 2 artifacts',
      findings: [{ address: 'workflow.mail', code: 'secret/basicauth', severity: 'error' }],
    });
    expect(outcome.findings?.[0]?.detail).toContain('nodes[0].definition.params.url');
    expect(JSON.stringify(outcome)).not.toContain(password);
  });

  test('finds a key whose line breaks JSON has escaped, and one in a file of a processor', async () => {
    const config = `KEY = """${key}"""\n`;
    const outcome = await secretsGate.run(
      gateInput({
        artifacts: {
          'agent.signer': { llm: { note: key } },
          'processor.ocr': processor({ 'ocr.py': config, 'README.md': 'Nothing.' }),
        },
        files: [config, 'Nothing.'],
      }),
    );
    expect(codesIn(outcome)).toEqual(['secret/privatekey', 'secret/privatekey']);
    expect(outcome.findings?.map(({ address, file }) => [address, file])).toEqual([
      ['agent.signer', null],
      ['processor.ocr', 'processors/ocr/ocr.py:1'],
    ]);
  });

  test('cannot be silenced from inside an artifact', async () => {
    const text = `# secretlint-disable\nURL = "https://reader:${password}@mail.example.org/in"\n# secretlint-enable\n`;
    const artifacts = { 'processor.ocr': processor({ 'ocr.py': text }) };
    expect(codesIn(await secretsGate.run(gateInput({ artifacts, files: [text] })))).toEqual(['secret/basicauth']);
  });

  test('accepts what the target allows: one rule in these artifacts, and nothing else', async () => {
    const security = { allowed: [{ artifact: 'workflow.mai*', rule: 'basicauth', reason: 'a sample' }] };
    const outcome = await secretsGate.run(
      gateInput(
        { artifacts: { 'workflow.mail': leaking, 'workflow.post': leaking, 'agent.signer': { note: key } } },
        { gates: { security } },
      ),
    );
    expect(outcome.findings?.map(({ address, code }) => `${address} ${code}`).sort()).toEqual([
      'agent.signer secret/privatekey',
      'workflow.post secret/basicauth',
    ]);
    expect(outcome.evidence).toMatchObject({ accepted: 1, found: 2 });
  });

  test('searches again only what changed, while what the place runs passed by the same rules', async () => {
    const artifacts = { 'workflow.mail': leaking, 'workflow.other': harmless };
    const fresh = gateInput({ artifacts });
    const { evidence } = await secretsGate.run(fresh);
    expect(evidence).toMatchObject({ scope: 'all', searched: 2 });
    const unchanged = { ...fresh.section, changes: fresh.section.changes.filter(({ name }) => name === 'other') };
    const known = { ...fresh, section: unchanged, passedBefore: async () => evidence };
    expect(await said(secretsGate, known)).toBe('pass: 1 artifact searched, the others were before');

    // Other rules, or a place that somebody changed by hand: everything is searched.
    const stricter = { ...known, passedBefore: async () => ({ ...evidence, rules: 'other' }) };
    expect(await said(secretsGate, stricter)).toBe('fail: 1 secret in 2 artifacts');
    const drifted = {
      ...known,
      section: {
        ...unchanged,
        drift: [{ address: 'workflow.mail', field: 'body' as const, recorded: 'a', actual: 'b', reason: '' }],
      },
    };
    expect(await said(secretsGate, drifted)).toBe('fail: 1 secret in 2 artifacts');
  });

  test('leaves files alone that are no text, and counts them', async () => {
    const binary = `\u0000${password}`;
    const artifacts = { 'processor.ocr': processor({ model: binary }) };
    const outcome = await secretsGate.run(gateInput({ artifacts, files: [binary] }));
    expect(outcome).toMatchObject({ verdict: 'pass', evidence: { unread_files: 1 } });
  });
});
