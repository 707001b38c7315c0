import { mask } from '../values/index.ts';

/** In the web's URLs and those of Git, a user alone is often a token. */
const webUser = /\b((?:https?|ssh|git(?:\+\w+)?):\/\/)[^\s/"'?#]+@/gi;
const urlPassword = /(:\/\/[^\s:/@]*:)[^\s"']+@/g;
/** `?password=…` of a URL and `password=…` of a list of keywords, where a value may stand in quotes. */
const keywordPassword =
  /(password\s*=\s*)(?!\s|\$\{[^}]*\}|\*\*\*)(?:''[^']*''|'(?:\\.|[^'\\])*'|(?:\\.|[^\s&"'\\])+)/gi;

/** `?token=…` of a URL; a reference to the environment gives nothing away. */
const queryToken =
  /([?&][\w.-]*(?:token|secret|passw(?:or)?d|key|signature|sig|auth|credentials?)=)(?!\$\{|\*\*\*)[^&#\s"'<>]+/gi;

/**
 * The text with the credentials of URLs and connection strings taken out: everything of the user's that is quoted to
 * somebody goes through here. An expression in the place of a password gives nothing away and stays.
 */
export const withoutCredentials = (text: string): string =>
  text
    .replace(webUser, `$1${mask}@`)
    .replace(urlPassword, (whole, before: string) =>
      /^\$\{[^}]*\}@$/.test(whole.slice(before.length)) ? whole : `${before}${mask}@`,
    )
    .replace(keywordPassword, `$1${mask}`)
    .replace(queryToken, `$1${mask}`);
