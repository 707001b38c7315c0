import { mask } from '../values/index.ts';

/** In the web's URLs and those of Git, a user alone is often a token. */
const webUser = /\b((?:https?|ssh|git(?:\+\w+)?):\/\/)[^\s/"'?#]+@/gi;
const urlUser = /:\/\/[^\s:/@]*:/g;
/** `?password=…` of a URL and `password=…` of a list of keywords, where a value may stand in quotes. */
const keywordPassword =
  /(password\s*=\s*)(?!\s|\$\{[^}]*\}|\*\*\*)(?:''[^']*''|'(?:\\.|[^'\\])*'|(?:\\.|[^\s&"'\\])+)/gi;

/** `?token=…` of a URL; a reference to the environment gives nothing away. */
const queryToken =
  /([?&][\w.-]*(?:token|secret|passw(?:or)?d|key|signature|sig|auth|credentials?)=)(?!\$\{|\*\*\*)[^&#\s"'<>]+/gi;

/** What is a secret wherever it stands: an incoming webhook of Slack, and what webhooks are signed with. */
const ofNotifiers = /(\bhooks\.slack\.com\/\w+\/|\bwhsec_)[\w+/=-]+/gi;

/**
 * The passwords of URLs, which may hold anything up to the last `@` before a space or a quote. Each stretch between two of
 * those is looked through once, however many beginnings of URLs stand in it.
 */
const withoutUrlPasswords = (text: string): string => {
  const pieces: string[] = [];
  let [kept, end, at] = [0, 0, -1];
  urlUser.lastIndex = 0;
  for (let user = urlUser.exec(text); user; user = urlUser.exec(text)) {
    const start = urlUser.lastIndex;
    if (start >= end) {
      const stop = text.slice(start).search(/[\s"']/);
      end = stop === -1 ? text.length : start + stop;
      at = text.slice(start, end).lastIndexOf('@') + start;
    }
    if (at <= start) {
      urlUser.lastIndex = user.index + 1;
      continue;
    }
    const isExpression = /^\$\{[^}]*\}$/.test(text.slice(start, at));
    pieces.push(text.slice(kept, start), isExpression ? text.slice(start, at) : mask);
    kept = urlUser.lastIndex = at;
  }
  return pieces.join('') + text.slice(kept);
};

/**
 * The text with the credentials of URLs and connection strings taken out: everything of the user's that is quoted to
 * somebody goes through here. An expression in the place of a password gives nothing away and stays.
 */
export const withoutCredentials = (text: string): string =>
  withoutUrlPasswords(text.replace(webUser, `$1${mask}@`))
    .replace(keywordPassword, `$1${mask}`)
    .replace(queryToken, `$1${mask}`)
    .replace(ofNotifiers, `$1${mask}`);
