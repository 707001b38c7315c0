/** YAML that is refused on purpose: words of the complaint, and every case of the suite that it meets. */
export const refusedOnPurpose: Readonly<Record<string, readonly string[]>> = {
  'Only the tags of the YAML': [
    ...['2XXW', '52DL', '565N', '6WLZ', '7FWL', '8MK2', '9WXW', 'CUP7', 'J7PZ', 'M5C3', 'S4JQ', 'UGM3'],
    ...['UKK6/2', 'Z67P'],
  ],
  'No directive is accepted': [
    ...['2LFX', '5TYM', '6CK3', '6LVF', 'BEC7', 'C4HZ', 'CC74', 'MUS6/2', 'MUS6/3', 'MUS6/4', 'MUS6/5', 'MUS6/6'],
    ...['P76L', 'U3C3', 'Z9M4'],
  ],
  'A file holds one document': [
    ...['35KP', '6XDY', '6ZKB', '7Z25', '9DXL', '9KAX', 'JHB9', 'KSS4', 'L383', 'M7A3', 'NKF9', 'PUW8'],
    ...['RZT7', 'U9NS', 'UT92', 'W4TN'],
  ],
  'A key must be a string': [
    ...['26DV', '2JQS', '4FJ6', '6BFJ', '6M2F', '6PBE', '9MMW', 'CFD4', 'DFF7', 'E76Z', 'FH7J', 'FRK4'],
    ...['KK5P', 'LX3P', 'M2N8/0', 'M2N8/1', 'M5DY', 'NHX8', 'PW8X', 'Q9WF', 'RZP5', 'S3PD', 'SBG9', 'SM9W/1'],
    ...['UKK6/0', 'V9D5', 'X38W', 'XW4D'],
  ],
  'is empty.': [...['2G84/2', '2G84/3', '8G76', '98YD', 'AVM7', 'DK95/7', 'HWV9', 'QT73']],
};

/** YAML that is refused though it might be accepted, with the reason. */
export const deviations: Readonly<Record<string, string>> = {
  '2SXE': 'An anchor that ends in a colon: `&a: key` is read by people as a key, and the parser warns of it.',
  W5VH: 'The same, with every other character that an anchor may hold.',
};
