/**
 * A place in PostgreSQL, on a server and embedded alike: all SQL of a place is here.
 *
 * Promises that every write is one transaction that compares the fence under the lock of the place's row, and that
 * activating costs the same whatever the size of the place.
 */
import type { ArtifactStore, ArtifactStoreContext, Provider } from '../../engine/provider/index.ts';
import { createPlace, migratePlace } from './creation.ts';
import { raiseFence } from './fence.ts';
import { newestSchema } from './migrations.ts';
import { createPlaceSql } from './place-sql.ts';
import { readFiles } from './processor-files.ts';
import * as reading from './reading.ts';
import { readStrayRows } from './strays.ts';
import * as writing from './writing.ts';

const artifactStore = ({ database, schema }: ArtifactStoreContext): ArtifactStore => {
  const place = createPlaceSql(database, schema);
  return {
    schemaVersion: newestSchema,
    address: () => reading.readAddress(place),
    status: () => reading.readStatus(place),
    manifestDigest: (seq) => reading.readManifestDigest(place, seq),
    manifest: (seq) => reading.readManifestLines(place, seq),
    lines: (seq, names) => reading.readLines(place, seq, names),
    difference: (fromSeq, toSeq) => reading.readDifference(place, fromSeq, toSeq),
    driftedBodies: () => reading.readDriftedBodies(place),
    strayRows: (head) => readStrayRows(place, head),
    unsound: (digests) => reading.readUnsound(place, digests),
    bodies: (digests) => reading.readBodies(place, digests),
    files: (processors) => readFiles(place, processors),
    markers: (filter) => reading.readMarkers(place, filter),
    activations: () => reading.readActivations(place),
    traces: (releaseId) => reading.readTraces(place, releaseId),
    create: (identity) => createPlace(place, identity),
    raiseFence: (from, beforeEnding) => raiseFence(place, from, beforeEnding),
    migrate: ({ fence }) => migratePlace(place, fence),
    write: (order) => writing.writeSequence(place, order),
    activate: (order) => writing.activateSequence(place, order),
    proveBodies: (bodies) => writing.proveBodies(place, bodies),
    adopt: (order) => writing.adoptPlace(place, order),
    prune: (order) => writing.pruneSequences(place, order),
  };
};

export const postgres: Provider = { name: 'postgres', artifactStore };
