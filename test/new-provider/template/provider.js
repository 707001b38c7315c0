import { openStore } from './backup-store.js';
import { runCheck } from './check.js';

/** @type {import('m3forge/provider-kit').ThirdPartyProvider} */
export const provider = {
  backupStore: openStore,
  check: { run: runCheck },
};
