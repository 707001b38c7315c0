/** An object's id, not the beginning of one. */
export const wholeId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
