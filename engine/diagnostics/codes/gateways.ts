import { defineCodes } from './define.ts';

/** Gateways: what they answer, whether they can run a version, and whether they followed. */
export const gatewayCodes = defineCodes({
  'gateway-error': { summary: 'The gateway reports an error', exit: 1 },
  'gateway-answer-invalid': { summary: 'The answer is not that of a Marie gateway', exit: 1 },
  'gateway-token-missing': { summary: 'There is no token for the gateway', exit: 1 },
  'gateway-token-refused': { summary: 'The gateway refuses the token', exit: 1 },
  'gateway-version-unknown': { summary: 'The gateway does not tell its version', exit: 6 },
  'gateway-versions-differ': { summary: 'Gateways of one environment differ in version', exit: 6 },
  'gateway-executor-missing': { summary: 'The gateway knows no such executor', exit: 6 },
  'gateway-executor-down': { summary: 'An executor is not serving', exit: 6 },
  'gateway-executor-unnamed': { summary: 'The gateway chooses the executor', exit: 6 },
  'gateway-method-unsupported': { summary: 'The gateway cannot run this method', exit: 6 },
  'gateway-planner-foreign': { summary: 'A planner at the gateway belongs to somebody else', exit: 6 },
  'gateway-planner-differs': { summary: 'The gateway holds another planner than was published', exit: 8 },
  'gateway-left-behind': { summary: 'A gateway could not be brought back', exit: 9 },
  'preflight-failed': { summary: 'The gateways cannot run this version', exit: 6 },
});
