import type { Plant } from './plant.ts';
import { plantsAround } from './plants-around.ts';

/** Bugs in the protocol of releases, leases and recovery. */
const plantsInProtocol: readonly Plant[] = [
  {
    name: 'no-marker',
    meaning: 'a write leaves no trace of the release that made it',
    caughtBy: 'server/release/after-lease@1=kill9/1',
    breaks: 'I5',
    edits: [
      {
        file: 'providers/postgres/writing.ts',
        original: '    await order.hooks.afterMarker();',
        planted:
          "    if (PLANTED) await transaction.execute('delete from :schema.marker where seq = $1', [order.seq]);\n    await order.hooks.afterMarker();",
      },
    ],
  },
  {
    name: 'success-before-activation',
    meaning: 'success is recorded before the pointer was moved',
    caughtBy: 'server/release/after-intent@1=kill9/1',
    breaks: 'I2',
    edits: [
      {
        file: 'engine/apply/activate.ts',
        original: "changeRelease(transaction, release.id, { state: 'in_progress', seq });",
        planted:
          "changeRelease(transaction, release.id, { state: PLANTED ? 'succeeded' : 'in_progress', seq, ended: PLANTED });",
      },
    ],
  },
  {
    name: 'fence-not-compared',
    meaning: 'a woken holder writes to the place under an old fence',
    caughtBy: 'server/release/after-intent@1=stop/15',
    breaks: 'I4',
    edits: [
      {
        file: 'providers/postgres/writing.ts',
        original: '  if (row?.fence !== fence) {',
        planted: '  if (row === undefined || (!(PLANTED) && row.fence !== fence)) {',
      },
    ],
  },
  {
    name: 'fence-raised-from-anywhere',
    meaning: 'a woken holder raises the fence of a place that another one holds by now',
    caughtBy: 'server/release/before-fence-raised@1=stop/1',
    breaks: 'I4',
    edits: [
      {
        file: 'providers/postgres/fence.ts',
        original: "'update :schema.place set fence = fence + 1 where fence = $1::bigint returning fence',",
        planted:
          "`update :schema.place set fence = fence + 1 where ${PLANTED ? '$1::bigint is not null' : 'fence = $1::bigint'} returning fence`,",
      },
    ],
  },
  {
    name: 'lease-not-required',
    meaning: 'who takes over does not take the lock away, and a woken holder writes to the state without its lease',
    caughtBy: 'server/release/activate-after-commit@1=stop/1',
    breaks: 'I4',
    edits: [
      {
        file: 'engine/state/leases.ts',
        original: '  if (rows.length === 0) throw leaseLost(lease);',
        planted: '  if (rows.length === 0 && !(PLANTED)) throw leaseLost(lease);',
      },
      {
        file: 'engine/state/journal.ts',
        original: '  `exists (select from',
        planted: '  PLANTED ? `${parameter}::uuid is not null` : `exists (select from',
      },
      {
        file: 'engine/state/leases.ts',
        original: '         else pg_catalog.pg_try_advisory_lock($3::bigint) end as mine',
        planted:
          "         else ${PLANTED ? '$3::bigint is not null' : 'pg_catalog.pg_try_advisory_lock($3::bigint)'} end as mine",
      },
    ],
  },
  {
    name: 'lease-key-without-place',
    meaning: 'all places of a state wait for one another',
    caughtBy: 'server/contest/2/10',
    breaks: 'another place',
    edits: [
      {
        file: 'engine/state/lease-holders.ts',
        original: 'digestOfBytes(address).slice(0, 16)',
        planted: "digestOfBytes(PLANTED ? 'any place' : address).slice(0, 16)",
      },
    ],
  },
  {
    name: 'living-holder-is-displaced',
    meaning: 'the lease of a holder that is well and at work is taken from it',
    caughtBy: 'server/contest/2/10',
    breaks: 'the same place',
    edits: [
      {
        file: 'engine/state/leases.ts',
        original: "  const lapsed = held !== undefined && held.condition !== 'fresh';",
        planted: "  const lapsed = held !== undefined && (PLANTED || held.condition !== 'fresh');",
      },
    ],
  },
  {
    name: 'waiting-takes-no-lock',
    meaning: 'who waits in line takes the place, whether or not it is free by then',
    caughtBy: 'server/contest/6/10',
    breaks: 'race',
    edits: [
      {
        file: 'engine/state/leases.ts',
        original: 'select case when exists (select from :schema.lease_waiter w',
        planted:
          "select case when ${PLANTED ? '$2::uuid is not null then true when ' : ''}exists (select from :schema.lease_waiter w",
      },
    ],
  },
  {
    name: 'audit-outside-transaction',
    meaning: 'a success and its audit row are not written together',
    caughtBy: 'server/release/after-success-recorded@1=kill9/1',
    breaks: 'I6',
    edits: [
      {
        file: 'engine/apply/finish.ts',
        original: `      await appendAudit(transaction, system, {
        actor: release.actor,
        event: \`\${section.kind}.succeeded\`,
        subject: release.id,
        environment: section.environment,
        detail: { target: section.target, version: desired.version, plan_digest: section.digest },
      });
      await input.tell(transaction, succeeded(input));
      overtaken = await recordConfiguration(input, hold, transaction);
    });`,
        planted: `      const audit = (within) => appendAudit(within, system, {
        actor: release.actor,
        event: \`\${section.kind}.succeeded\`,
        subject: release.id,
        environment: section.environment,
        detail: { target: section.target, version: desired.version, plan_digest: section.digest },
      });
      later = audit;
      if (!(PLANTED)) await audit(transaction);
      await input.tell(transaction, succeeded(input));
      overtaken = await recordConfiguration(input, hold, transaction);
    });`,
      },
      {
        file: 'engine/apply/finish.ts',
        original: "  await system.failpoints('after-success-recorded');",
        planted:
          "  await system.failpoints('after-success-recorded');\n  if (PLANTED) await input.state.transaction((transaction) => later(transaction));",
      },
      {
        file: 'engine/apply/finish.ts',
        original: "  await system.failpoints('before-success-recorded');",
        planted: "  let later;\n  await system.failpoints('before-success-recorded');",
      },
    ],
  },
  {
    name: 'commit-error-is-failure',
    meaning: 'a COMMIT without an answer is taken for one that did not happen',
    caughtBy: 'server/release/commit@10=cut-after/1',
    breaks: 'I2',
    edits: [
      {
        file: 'engine/apply/activate.ts',
        original: '    const truth = await readTruth(place, hold, order.releaseId);',
        planted: '    if (PLANTED) throw error;\n    const truth = await readTruth(place, hold, order.releaseId);',
      },
      {
        file: 'engine/apply/truth.ts',
        original: '  activations.some((activation) => activation.kind === kind);',
        planted: '  !(PLANTED) && activations.some((activation) => activation.kind === kind);',
      },
    ],
  },
  {
    name: 'commit-error-is-success',
    meaning: 'a COMMIT without an answer is taken for one that happened, and nobody looks before success is recorded',
    caughtBy: 'server/release/commit@10=cut-before/1',
    breaks: 'I2',
    edits: [
      {
        file: 'engine/apply/activate.ts',
        original: '    if (!(error instanceof CommitUnknown)) throw error;',
        planted:
          '    if (!(error instanceof CommitUnknown)) throw error;\n    if (PLANTED) {\n      await place.reconnect();\n      return hold;\n    }',
      },
      {
        file: 'engine/apply/finish.ts',
        original: '  if (status?.fence === hold.fence && status.activation?.releaseId === input.release.id) return;',
        planted:
          '  if (PLANTED) return;\n  if (status?.fence === hold.fence && status.activation?.releaseId === input.release.id) return;',
      },
    ],
  },
  {
    name: 'late-commit-is-not-awaited',
    meaning: 'what became of a COMMIT is asked while the session that sent it may still carry it out',
    caughtBy: 'server/release/commit@10=late/1',
    breaks: 'I2',
    edits: [
      {
        file: 'engine/database/server.ts',
        original: '      await attempt((client) => endFormerSession(client, former, label));',
        planted: '      if (!(PLANTED)) await attempt((client) => endFormerSession(client, former, label));',
      },
      {
        file: 'engine/apply/truth.ts',
        original: '  const fence = await place.store.raiseFence(hold.fence);',
        planted: '  const fence = PLANTED ? hold.fence : await place.store.raiseFence(hold.fence);',
      },
    ],
  },
  {
    name: 'recovery-forgets-to-return',
    meaning: 'recovery calls a release failed and leaves what it activated',
    caughtBy: 'server/release/after-verifying-recorded@1=kill9/1',
    breaks: 'I2',
    edits: [
      {
        file: 'engine/apply/recover.ts',
        original: "  if (decision.action === 'return') {",
        planted: "  if (decision.action === 'return' && !(PLANTED)) {",
      },
    ],
  },
  {
    name: 'failed-check-is-forgotten',
    meaning: 'a release whose smoke test failed counts as succeeded',
    caughtBy: 'server/failing/commit@6=delay/8',
    breaks: 'I1',
    edits: [
      {
        file: 'engine/apply/run.ts',
        original: "  if ('failure' in verified) return afterActivation(input, held, verified);",
        planted: "  if ('failure' in verified && !(PLANTED)) return afterActivation(input, held, verified);",
      },
    ],
  },
  {
    name: 'rows-outside-transaction',
    meaning: 'the rows of a sequence are not written together with its head',
    caughtBy: 'server/release/after-lease@1=kill9/1',
    breaks: 'I2',
    edits: [
      {
        file: 'providers/postgres/writing.ts',
        original: "    await transaction.execute('update :schema.place set head = $1', [order.seq]);",
        planted: "    if (!(PLANTED)) await transaction.execute('update :schema.place set head = $1', [order.seq]);",
      },
    ],
  },
];

export const plants: readonly Plant[] = [...plantsInProtocol, ...plantsAround];
