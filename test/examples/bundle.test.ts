import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBundle } from '../../examples/quickstart/make-bundle.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { repositoryRoot } from './project.ts';

const quickstart = join(repositoryRoot, 'examples/quickstart');

/** Each ref with the id that it leads to. The bytes of a pack may differ between versions of Git; ids do not. */
const refsOf = (bundle: string): readonly string[] =>
  execFileSync('git', ['bundle', 'list-heads', bundle], { encoding: 'utf8' }).trim().split('\n').sort();

test('the committed bundle is what its script makes of the folders of versions', () => {
  const made = join(temporaryDirectory(), 'invoices.bundle');
  makeBundle(join(quickstart, 'versions'), made);
  const refs = refsOf(made);
  expect(refs.map((line) => line.split(' ')[1])).toContain('refs/tags/v1.1.0');
  expect(refsOf(join(quickstart, 'invoices.bundle'))).toEqual(refs);
});
