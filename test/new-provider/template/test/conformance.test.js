import { deepEqual } from 'node:assert/strict';
import { after, test } from 'node:test';
import { createConformance } from 'm3forge/provider-kit';
import { fixture } from '../fixture.js';
import about from '../package.json' with { type: 'json' };
import { provider } from '../provider.js';

const { cases, stop } = await createConformance(provider, fixture);
after(stop);

for (const { title, run } of cases) test(title, run);

test('package.json says what the provider can do, and nothing else', () => {
  const exported = [...(provider.backupStore ? ['backup-store'] : []), ...(provider.check ? ['check'] : [])];
  deepEqual(Object.keys(about.m3forge.kinds).sort(), exported);
});
