import { after, test } from 'node:test';
import { createConformance } from 'm3forge/provider-kit';
import { fixture } from '../fixture.js';
import { provider } from '../provider.js';

const { cases, stop } = await createConformance(provider, fixture);
after(stop);

for (const { title, run } of cases) test(title, run);
