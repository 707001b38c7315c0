import { artifactCodes } from './codes/artifacts.ts';
import { auditCodes } from './codes/audit.ts';
import { backupCodes } from './codes/backups.ts';
import { changeSetCodes } from './codes/change-sets.ts';
import { commandCodes } from './codes/commands.ts';
import { configCodes } from './codes/config.ts';
import { databaseCodes } from './codes/database.ts';
import { documentCodes } from './codes/documents.ts';
import { gatewayCodes } from './codes/gateways.ts';
import { notificationCodes } from './codes/notifications.ts';
import { releaseCodes } from './codes/releases.ts';
import { sourceControlCodes } from './codes/source-control.ts';
import { versionCodes } from './codes/versions.ts';
import { wireCodes } from './codes/wire.ts';

/** All codes there are. One table per area; the architecture test refuses a code that stands twice, is unused or untested. */
export const registry = {
  ...documentCodes,
  ...configCodes,
  ...artifactCodes,
  ...databaseCodes,
  ...versionCodes,
  ...changeSetCodes,
  ...releaseCodes,
  ...backupCodes,
  ...auditCodes,
  ...wireCodes,
  ...gatewayCodes,
  ...notificationCodes,
  ...sourceControlCodes,
  ...commandCodes,
} as const;

export type DiagnosticCode = keyof typeof registry;
