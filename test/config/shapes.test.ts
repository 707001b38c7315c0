import { expect, test } from 'vitest';
import { complaints, loaded } from './project.ts';

const head = 'version: 1\nproject: x\n';

test('environments and targets may be lists whose entries say their own name', async () => {
  const mapped = await loaded(
    `${head}environments: { dev: { type: development } }\ntargets: { us-east: { environment: dev, version: latest } }\n`,
  );
  const listed = await loaded(
    `${head}environments: [{ name: dev, type: development }]\ntargets: [{ name: us-east, environment: dev, version: latest }]\n`,
  );
  expect(listed.targets.get('us-east')?.slice).toEqual(mapped.targets.get('us-east')?.slice);
  expect([...listed.environments.keys()]).toEqual(['dev']);
});

test('a name for people becomes a name for command lines, and is kept for people', async () => {
  const config = await loaded(
    `${head}environments: { dev: { type: development } }\ntargets: [{ name: Production US East, environment: dev, version: latest }]\n`,
  );
  expect(config.targets.get('production-us-east')).toMatchObject({ displayName: 'Production US East' });
});

test('what is wrong in a list is said where it stands', async () => {
  const text = `${head}environments: { dev: { type: development } }
targets:
  - { name: one, environment: dev, version: latest, enabeld: true }
  - { name: One, environment: dev, version: latest }
  - { environment: dev, version: latest }
  - nothing
  - { name: "…", environment: dev, version: latest }
  - { name: two, environment: nowhere, version: latest }
`;
  expect(await complaints(text)).toEqual([
    'schema-unknown-key m3forge.yaml:5:53 There is no key `enabeld` in `targets.one`.',
    'config-invalid-name m3forge.yaml:6:5 "One" cannot be a name: the entry before it on line 5 is called so too.',
    'schema-missing-key m3forge.yaml:7:5 `targets[2]` needs the key `name`.',
    'schema-wrong-type m3forge.yaml:8:5 `targets[3]` must be a mapping.',
    'config-invalid-name m3forge.yaml:9:5 "…" cannot be a name: it has no letter from a to z.',
    'config-unknown-environment m3forge.yaml:10:31 The target "two" names the environment "nowhere", which does not exist.',
  ]);
});

test('an included file may hold a list too', async () => {
  const config = await loaded({
    'm3forge.yaml': `${head}include: [targets.yaml]\nenvironments: { dev: { type: development } }\n`,
    'targets.yaml': 'targets: [{ name: t, environment: dev, version: latest }]\n',
  });
  expect([...config.targets.keys()]).toEqual(['t']);
});
