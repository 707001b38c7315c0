/** Whether S3 allows a bucket of this name, in the path of an address as well as in its host. */
export const isBucketName = (text: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..');

/**
 * Whether a text names a folder inside a bucket that means the same in every address: nothing in it has a second spelling,
 * and no part of it leads elsewhere. The empty text is the bucket itself.
 */
export const isBucketFolder = (text: string): boolean =>
  /^\/?(?:[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*\/?)?$/.test(text) &&
  !text.split('/').some((part) => /^\.+$/.test(part));
