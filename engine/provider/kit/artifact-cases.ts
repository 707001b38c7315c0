import type { ArtifactStore, PlaceStatus } from '../contract.ts';
import { type ConformanceCase, errorOf, expectThat, textOf } from './case.ts';

export interface ArtifactSubject {
  /** A store whose place does not exist yet; another one with each call. */
  readonly open: () => Promise<ArtifactStore>;
  /** Ids that were never used. */
  readonly uuid: () => string;
}

const patienceMs = 15_000;

type Create = () => Promise<{ readonly store: ArtifactStore; readonly created: PlaceStatus }>;

const fenceCase = (create: Create, uuid: () => string): ConformanceCase => ({
  title: 'the fence only rises, and whoever is behind it is refused',
  why: 'a former holder that wakes up must write nothing',
  run: async () => {
    const { store, created } = await create();
    const first = await store.raiseFence(created.fence);
    const second = await store.raiseFence(first);
    expectThat(second > first, `it went from ${first} to ${second}`);
    const late = await errorOf('raising the fence from where it was', () => store.raiseFence(first), patienceMs);
    expectThat(textOf(late).includes('place-fenced'), `it said: ${textOf(late).slice(0, 200)}`);
    const order = { fence: first, releaseId: uuid(), seq: 0, kind: 'activate', variables: {}, hooks: {} } as const;
    const error = await errorOf('activating behind the fence', () => store.activate(order), patienceMs);
    expectThat(textOf(error).includes('place-fenced'), `it said: ${textOf(error).slice(0, 200)}`);
    expectThat((await store.activations()).length === 0, 'it was activated all the same');
  },
});

/** What the contract asks of an artifact store beyond what releases themselves try. Third parties have none. */
export const artifactCases = ({ open, uuid }: ArtifactSubject): readonly ConformanceCase[] => {
  const create = async () => {
    const store = await open();
    const identity = { placeId: uuid(), lineage: uuid() };
    return { store, identity, created: await store.create(identity) };
  };
  return [
    {
      title: 'a place that does not exist is no error, and has an address',
      why: 'it is planned before it is made',
      run: async () => {
        const store = await open();
        expectThat((await store.status()) === undefined, 'an absent place has a status');
        const address = await store.address();
        expectThat(address !== '' && address === (await store.address()), 'its address is none, or changes');
      },
    },
    {
      title: 'creating twice, also at once, makes one place',
      why: 'two that release for the first time must not each have one',
      run: async () => {
        const { store, created } = await create();
        const others = [1, 2].map(() => store.create({ placeId: uuid(), lineage: uuid() }));
        for (const again of await Promise.all(others)) {
          expectThat(again.placeId === created.placeId, 'another place took its place');
          expectThat(again.lineage === created.lineage, 'another state took it over');
        }
      },
    },
    {
      title: 'migrating again does nothing',
      why: 'a release that was killed in it is done again',
      run: async () => {
        const { store, created } = await create();
        const fence = await store.raiseFence(created.fence);
        await store.migrate({ fence });
        const before = await store.status();
        await store.migrate({ fence });
        expectThat((await store.status())?.schemaVersion === before?.schemaVersion, 'its version changed');
        expectThat(before?.schemaVersion === store.schemaVersion, 'it is not of the newest version');
      },
    },
    fenceCase(create, uuid),
    {
      title: 'pruning again does nothing',
      why: 'a prune that was killed is done again from the beginning',
      run: async () => {
        const { store, created } = await create();
        const fence = await store.raiseFence(created.fence);
        await store.prune({ fence, keep: [] });
        const again = await store.prune({ fence, keep: [] });
        expectThat(again.sequences + again.rows + again.bodies === 0, 'it removed something a second time');
      },
    },
  ];
};
