type Shape = (bytes: number) => string;

/** A field as long as is read of one; what is longer is not looked into. */
const LONGEST_FIELD = 16 * 1000;

/** As many fields of the shape as the bytes make, each as long as is read. */
const inFields =
  (shape: Shape): Shape =>
  (bytes) =>
    Array.from({ length: Math.max(1, Math.round(bytes / LONGEST_FIELD)) }, () =>
      shape(Math.min(bytes, LONGEST_FIELD)),
    ).join('\n');

/** What one field can be made of. */
const FIELDS: Readonly<Record<string, Shape>> = {
  'nested comments': (bytes) =>
    `Received: from a ${'('.repeat(bytes / 2)}${')'.repeat(bytes / 2)} by b with ESMTP; x`,
  'comments that never close': (bytes) => `Received: from a ${'('.repeat(bytes)}`,
  'comments that never open': (bytes) => `Received: from a ${')'.repeat(bytes)}`,
  'stray quotes': (bytes) => `Received: from a ${'"'.repeat(bytes - 1)}`,
  'angles with a quote each': (bytes) => `Received: from a ${'<"'.repeat(bytes / 2)}`,
  'literals that never close': (bytes) => `Received: from a ${'['.repeat(bytes)}`,
  'many addresses': (bytes) => `Received: from a ${'(x [192.0.2.1])'.repeat(bytes / 15)} by b with ESMTP; x`,
  'many TLS comments': (bytes) =>
    `Received: from a by b with ESMTP ${'(using TLSv1.2 with cipher AES128-SHA)'.repeat(bytes / 38)}; x`,
  'many clauses': (bytes) => `Received: from a ${'by b with ESMTPS id 1 '.repeat(bytes / 22)}; x`,
  'many semicolons': (bytes) =>
    `Received: from a by b${'; Mon, 1 Jan 2024 00:00:00 +0000'.repeat(bytes / 32)}`,
  'white space': (bytes) => `Received: from a by b${' '.repeat(bytes)}`,
  folds: (bytes) => `Received: from a\n${' x\n'.repeat(bytes / 3)}`,
  'broken lines in an open comment': (bytes) => `Received: from a (\n${'tls: x\n'.repeat(bytes / 7)}`,
  'encoded words that never end': (bytes) => `Received: from ${'=?utf-8?Q?'.repeat(bytes / 10)} by b; x`,
  backslashes: (bytes) => `Received: from ${'\\'.repeat(bytes)}`,
};

/** Headers made to be slow to read: each shape fills as many bytes as it is told. */
export const HOSTILE_SHAPES: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(Object.entries(FIELDS).map(([name, shape]) => [name, inFields(shape)])),
  'one field of nested comments': (bytes) => FIELDS['nested comments']?.(bytes) ?? '',
  'one field of folds': (bytes) => FIELDS['folds']?.(bytes) ?? '',
  '10,000 fields': (bytes) => 'Received: from a by b;x\n'.repeat(bytes / 24),
  'no line ends': (bytes) => 'x'.repeat(bytes),
  'empty lines': (bytes) => '\n'.repeat(bytes),
  'quote marks': (bytes) => '> '.repeat(bytes / 2),
  'settings of Postfix': (bytes) => 'smtp_tls = \n'.repeat(bytes / 12),
  'connectors of Exchange': (bytes) => 'RequireTLS : A\n'.repeat(bytes / 15),
  'nothing but names and colons': (bytes) => 'A : B\n'.repeat(bytes / 6),
  'transports of Exim': (bytes) => 'a:\n hosts_require_tls = *\n'.repeat(bytes / 26),
  'an access map of Sendmail': (bytes) => 'TLS_Srv: VERIFY\n'.repeat(bytes / 16),
};
