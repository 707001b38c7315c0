import blns from 'big-list-of-naughty-strings/blns.json' with { type: 'json' };

/** What terminals obey: every control character by itself and the sequences that do most harm. */
const sequences: readonly string[] = [
  ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 33 }, (_, code) => String.fromCharCode(0x7f + code)),
  ...['[2J', '[1;1H', '[31m', '[8m', '[?1049h', '[6n', '[21t', '[20C', '[5A', 'c', '(0', '#8'].map(
    (end) => `\u001b${end}`,
  ),
  ...['0;title', '2;title', '8;;http://evil.example', '52;c;cm0gLXJm', '1337;File=:AAAA', '4;1;?'].flatMap((body) => [
    `\u001b]${body}\u0007`,
    `\u001b]${body}\u001b\\`,
    `\u009d${body}\u009c`,
  ]),
  ...['P$q"p', '^private', '_Gf=100', 'Xstring'].map((body) => `\u001b${body}\u001b\\`),
];

/** What is not seen, or turns what is seen: bidirectional controls, fillers, joiners, tags, separators. */
const unseen: readonly string[] = [
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'],
  ...['\u00ad', '\u034f', '\u115f', '\u17b4', '\u180e', '\u200b', '\u200c', '\u200d', '\u2028', '\u2029', '\u2060'],
  ...[
    '\u2064',
    '\u206a',
    '\u3164',
    '\ufe0f',
    '\ufeff',
    '\uffa0',
    '\ufff9',
    '\ufffb',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e01ef}',
  ],
].map((character) => `a${character}b`);

/** What forges make links, mentions, pictures and lists of. */
const markup: readonly string[] = [
  ...['@octocat', 'mail @org/team now', '#1', 'org/repo#12', 'GH-3', 'gh-3', 'a@b.example', 'mailto:a@b.example'],
  ...['http://evil.example', 'https://evil.example/x?y', 'ftp://evil.example', 'www.evil.example', '//evil.example'],
  ...['<http://evil.example>', '<a@b.example>', '[a](http://b)', '[a][b]', '[b]: http://c', '![a](http://b)', '[x]'],
  ...['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '<a href="x">', '</details>', '</code>', '<!-- -->'],
  ...['<![CDATA[x]]>', '<?php x ?>', '&lt;img&gt;', '&#64;team', '&commat;team', '\\@team', '\\<b>', '&', '&#x200b;'],
  ...[
    '`code`',
    '```',
    '``` js',
    '~~~',
    '````\n@team',
    '**b**',
    '__b__',
    '~~s~~',
    '# head',
    '- item',
    '1. item',
    '> quote',
  ],
  ...[
    '| a | b |',
    '|',
    'a\n\n<b>x</b>',
    'a\n---',
    '---',
    '===',
    '$x$',
    '$$x$$',
    ':smile:',
    '[^1]',
    '- [ ] task',
    '    code',
  ],
];

export const naughtyStrings: readonly string[] = [...(blns as readonly string[]), ...sequences, ...unseen, ...markup];
