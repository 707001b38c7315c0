/** Branches, tags and what remotes have are looked at by people and programs: nothing is put among them. */
export const faultOfKeptRef = (ref: string): string | undefined => {
  if (!/^refs\/[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/.test(ref))
    return 'it is no name such as refs/m3forge/audit';
  if (/^refs\/(?:heads|tags|remotes|notes|stash)\//.test(ref)) return 'branches, tags and notes are not for it';
  return /\.\.|\.lock(?:\/|$)|\.(?:\/|$)/.test(ref) ? 'Git does not take this name' : undefined;
};
