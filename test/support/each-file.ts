import { afterAll } from 'vitest';
import { endAll } from './ends.ts';

// Run once for each file, unlike the modules that files share with those before them in the same process.
afterAll(endAll);
