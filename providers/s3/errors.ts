import { type Refusal, refuse } from '../../engine/diagnostics/index.ts';
import type { HttpResponse } from '../../engine/http/index.ts';
import { errorCodeIn } from './answers.ts';

const credentialCodes: ReadonlySet<string> = new Set([
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'TokenRefreshRequired'],
  ...['NotSignedUp', 'InvalidSecurity', 'MissingSecurityHeader'],
]);

const fullCodes: ReadonlySet<string> = new Set([
  ...['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded'],
  ...['ServiceQuotaExceeded', 'StorageFull', 'NotEnoughSpace'],
]);

const regionCodes: ReadonlySet<string> = new Set([
  ...['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
]);

/** Whether asking once more may help. */
export const isPassing = (status: number): boolean =>
  status === 429 || status === 500 || status === 502 || status === 503 || status === 504;

/** What an answer that is no success comes to: one refusal that names the bucket and the store's own code for it. */
export const answerProblem = (response: HttpResponse, label: string): Refusal => {
  const { status } = response;
  const code = errorCodeIn(response.body);
  const said = `HTTP ${status}${code ? `, ${code}` : ''}`;
  if (code !== undefined && credentialCodes.has(code)) {
    return refuse('backup-store-credentials', {
      detail: `${label} does not accept the credentials (${said}).`,
      hint: 'Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or at the variables that backups names, and at the clock of this machine.',
    });
  }
  if (code === 'NoSuchBucket') {
    return refuse('backup-store-no-bucket', {
      detail: `${label} does not exist (${said}).`,
      hint: 'Create the bucket, or mend backups.bucket, backups.region and backups.endpoint. m3forge creates none.',
    });
  }
  if (status === 507 || (code !== undefined && fullCodes.has(code))) {
    return refuse('backup-store-full', {
      detail: `There is no room left in ${label} (${said}).`,
      hint: 'Make room, or prune old backups:\n  m3forge backup prune',
    });
  }
  if (status === 301 || status === 307 || (code !== undefined && regionCodes.has(code))) {
    return refuse('backup-store-address', {
      detail: `${label} is answered for somewhere else (${said}).`,
      hint: 'Look at backups.region, backups.endpoint and backups.path_style.',
    });
  }
  if (code === 'RequestTimeTooSkewed') {
    return refuse('backup-store-credentials', {
      detail: `${label} finds the clock of this machine wrong (${said}).`,
      hint: 'Set the clock, by NTP for instance.',
    });
  }
  if (status === 401 || status === 403) {
    return refuse('backup-store-denied', {
      detail: `${label} denies this (${said}).`,
      hint: 'The key needs s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads there.',
    });
  }
  if (status === 404 && code === undefined) {
    return refuse('backup-store-answer', {
      detail: `What answers for ${label} is no S3 store (${said}).`,
      hint: 'See whether backups.endpoint is the address of an S3 store, and no proxy or web page in front of it.',
    });
  }
  return refuse('backup-store-answer', {
    detail: `${label} did not do what it was asked (${said}).`,
    hint: 'Try again later; where it stays so, ask whoever runs the store.',
  });
};
