/**
 * Received fields grown from the grammar and from what a client can choose. `clientText` is what a client says in
 * EHLO, in an envelope address, in an ident reply or in its certificate, made to look like a server's words;
 * `plainField` puts it where servers put such things, in a field whose own words say no TLS.
 */
import * as fc from 'fast-check';

const tlsWords = fc.constantFrom(
  '(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))',
  '(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)',
  '(TLSv1:RC4-SHA:128)',
  '(TLS1.3)',
  'tls TLS_AES_256_GCM_SHA384',
  'with ESMTPS',
  'with esmtps',
  'by mx.evil.example with ESMTPS id 1',
  'with (AES128-SHA encrypted) SMTPS',
  'with AES128-SHA encrypted SMTP',
  'over TLS secured channel with Microsoft SMTPSVC(6.0)',
  'with ESMTP with STARTTLS',
  'with ESMTP/TLS/AES128-SHA',
  'TLS version=TLSv1.2 cipher=AES128-SHA bits=128 verify=NO',
  '(Google Transport Security)',
  '(TLS: TLSv1/SSLv3,128bits,AES128-SHA)',
  '; Mon, 1 Jan 2024 00:00:00 +0000',
);
const scraps = fc.constantFrom(
  'tls.example',
  'a',
  'from b',
  'id 7',
  'for <x@example.org>',
  '([203.0.113.9])',
  '(esmtps.example [203.0.113.9])',
  '[203.0.113.9]',
  '(localhost [127.0.0.1])',
  '([127.0.0.1])',
  'localhost',
  '(from user@localhost)',
  '(qmail 12 invoked by uid 89)',
  'with local',
  '(envelope-from <a@example.org>)',
  '(HELO x)',
  ';',
);
const words = (parts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(parts, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));

/** Balanced, as the clients are that servers copy unescaped. */
export const clientText: fc.Arbitrary<string> = words(fc.oneof(tlsWords, scraps));

/** A quoted local part may hold anything but its own quote: RFC 5321 section 4.1.2. */
const clientAddress: fc.Arbitrary<string> = clientText.map((text) => `"a) ${text} (b"@example.org`);

const DATE = 'Mon, 1 Jan 2024 00:00:00 +0000';

/** Fields of servers that record TLS and recorded none, with the client's words where each server copies them. */
export const plainField: fc.Arbitrary<string> = fc
  .record({ client: clientText, address: clientAddress })
  .chain(({ client, address }) =>
    fc.constantFrom(
      `from ${client} (unknown [192.0.2.1]) by mx.example.org (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC; ${DATE}`,
      `from x (mail.example [192.0.2.1]) (Authenticated sender: ${client}) by mx.example.org (Postfix) with ESMTPA id 4PD5LP6gL4z9vNYC; ${DATE}`,
      `from [192.0.2.1] (helo=${client}) by mx.example.org with esmtp (Exim 4.96) (envelope-from <a@example.org>) id 1a-b-c; ${DATE}`,
      `from x ([192.0.2.1] helo=${client}) by mx.example.org with esmtp (Exim 4.96) id 1a-b-c; ${DATE}`,
      `from x ([192.0.2.1]) by mx.example.org with esmtp (Exim 4.96) (envelope-from <${address}>) id 1a-b-c; ${DATE}`,
      `from x ([192.0.2.1]) by mx.example.org (envelope-sender <${address}>) with ESMTP id 95b49b87; ${DATE}`,
      `from x (IDENT:${client}@mail.example [192.0.2.1]) by mx.example.org (8.14.9/8.14.9) with ESMTP id A1; ${DATE}`,
      `from unknown (HELO ${client}) (192.0.2.1) by mx.example.org with SMTP; ${DATE}`,
      `from ${client} ([192.0.2.1]) by mx.google.com with ESMTP id q22 for <"a b"@example.org>; ${DATE}`,
      `from ${client} (192.0.2.1) by mx.example.org (10.0.0.1) with Microsoft SMTP Server id 15.20.7135.26; ${DATE}`,
      `from x (mail.example [192.0.2.1]) by mx.example.org (8.14.9/8.14.9) with ESMTP id A1; ${DATE} (envelope-from ${address})`,
      `from ${client} ([192.0.2.1]) by mx.example.org (Haraka/2.8) with ESMTP id A envelope-from <${address}> (authenticated bits=0); ${DATE}`,
    ),
  );

/** Anything at all in the place of a Received field: grammar, scraps, and characters that open and close. */
export const anyField: fc.Arbitrary<string> = fc.oneof(
  words(
    fc.oneof(tlsWords, scraps, fc.constantFrom('by', 'with', '(', ')', '"', '<', '>', '[', ']', '\\', '\n ')),
  ),
  fc.string({ maxLength: 200, unit: 'binary' }),
  plainField,
);
