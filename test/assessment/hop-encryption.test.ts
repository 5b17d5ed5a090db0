import { describe, expect, test } from 'vitest';
import { hopTls, judgeEncryption } from '../../functions/assessment/hop-encryption.ts';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import type { ReceivedField } from '../../functions/received/received-field.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { RECEIVED_VECTORS, valueOf } from '../received/received-vectors.ts';

const DATE = 'Mon, 1 Jan 2024 00:00:00 +0000';

function parsed(value: string): ReceivedField {
  const field = parseReceivedField(value);
  if (field === null) throw new Error(`not a Received field: ${value}`);
  return field;
}
const judged = (value: string): string => judgeEncryption(parsed(value)).encryption;

describe('real fields', () => {
  test.each(RECEIVED_VECTORS)(
    '$dialect from $source is judged as a careful reader would',
    ({ raw, expect: said }) => {
      // A hop that did not leave the machine is neither; the labels know only whether it says TLS.
      const labels = { encrypted: true, 'not-encrypted': false, unknown: 'unknown', local: 'local' };
      const answer = labels[judgeEncryption(parsed(valueOf(raw))).encryption];
      const notTls = said.encrypted === true ? [] : ['local'];
      expect([said.encrypted, said.alsoAcceptable, ...notTls]).toContain(answer);
    },
  );
  test.each(RECEIVED_VECTORS.filter((vector) => vector.expect.encrypted === true))(
    '$dialect from $source names its version and cipher, or leaves them out',
    ({ raw, expect: said }) => {
      const tls = hopTls(parsed(valueOf(raw)), gradeTls);
      expect([tls.version, tls.written.cipher]).toEqual([said.tlsVersion, said.cipher]);
    },
  );
});

describe('a recorder that wrote something else about TLS was not silent', () => {
  test.each([
    ['Exim with a suite nobody knows', 'with esmtp (TLS-1.0:RSA_FANTASY_MD5:16) (Exim 4.34) id 1a-b-c'],
    ['Sendmail with a label more', 'with ESMTP id A1 (version=TLSv1.2 cipher=X! bits=0)'],
  ])('%s', (_, words) => {
    const by = words.includes('Exim') ? 'by mx.example.org' : 'by mx.example.org (8.14.9/8.14.9)';
    const field = parsed(`from x (mail.example [192.0.2.1]) ${by} ${words}; ${DATE}`);
    expect(judgeEncryption(field)).toMatchObject({ encryption: 'unknown', reason: 'words-not-understood' });
  });
  test('that there was none is believed directly before by, though the client spoke before', () => {
    const field = parsed(
      `from x (a [192.0.2.1]) (envelope sender: <a@example.org>) (not using TLS) by mx.example.org with ESMTP; ${DATE}`,
    );
    expect(judgeEncryption(field)).toMatchObject({ encryption: 'not-encrypted', reason: 'said-none' });
    expect(judged(`from x (a [192.0.2.1]) (not using TLS) y by mx.example.org with ESMTPS; ${DATE}`)).toBe(
      'unknown',
    );
  });
});

describe('what the client chose proves nothing', () => {
  test.each([
    [
      'an EHLO name with a TLS comment',
      'from tls.example (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (unknown [192.0.2.1]) by mx.example.org (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC',
    ],
    [
      'an EHLO name with a comment as Postfix writes it',
      'from x (a [203.0.113.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (mail.example [192.0.2.1]) by mx.example.org (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC',
    ],
    [
      'an EHLO name with clauses',
      'from x by mx.evil.example with ESMTPS id 1 (mail.example [192.0.2.1]) by mx.example.org (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC',
    ],
    [
      'an EHLO name that ends its comment',
      'from x ([192.0.2.1] helo=a) (TLS1.3) by mx.example.org with esmtp (Exim 4.96) id 1a-b-c',
    ],
    [
      'a literal that may be the EHLO name',
      'from [192.0.2.1] (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.example.org (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC',
    ],
    [
      'an authenticated name',
      'from x (mail.example [192.0.2.1]) (Authenticated sender: a) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.example.org (Postfix) with ESMTPA id 4PD5LP6gL4z9vNYC',
    ],
    [
      'an envelope address with a comment',
      'from x ([192.0.2.1]) by mx.example.org with esmtp (Exim 4.96) (envelope-from <"a) (TLS1.3) tls TLS_AES_256_GCM_SHA384 (b"@example.org>) id 1a-b-c',
    ],
    [
      'a host name',
      'from esmtps.tls.example (tls.example [192.0.2.1]) by cutlstone.example (Postfix) with ESMTP id 4PD5LP6gL4z9vNYC',
    ],
  ])('%s', (_, value) => {
    expect(judged(`${value}; ${DATE}`)).toBe('not-encrypted');
  });
  test.each([
    [
      'an envelope address with clauses of its own',
      'from x ([192.0.2.1]) by mx.example.org with esmtp (Exim 4.96) (envelope-from <"a) by evil.example with esmtps (TLS1.3) (b"@example.org>) id 1a-b-c',
    ],
    [
      'a name before the address, where no by tells them apart',
      'from x with ESMTPS (mail.example [192.0.2.1]) id 1',
    ],
    [
      'a forwarding service that hides its software',
      'from x (TLS1.3) ([192.0.2.1]) by mx.example.org with ESMTP',
    ],
    [
      'an ident reply in the words of Courier',
      'from x (mail.example [192.0.2.1]) (IDENT: a, TLS: TLSv1/SSLv3,256bits,AES256-SHA) by mx.example.org with SMTP',
    ],
    [
      'what is before the name, when by comes first',
      'by mx.example.org from x with ESMTPS (mail.example [192.0.2.1])',
    ],
  ])('%s', (_, value) => {
    expect(judged(`${value}; ${DATE}`)).toBe('unknown');
  });
});

describe('what the server says', () => {
  test.each([
    [
      'that there was no TLS',
      'from x (mail.example [192.0.2.1]) by mx.example.org (8.14.9/8.14.9) with ESMTP id A (version=NONE cipher=NONE bits=0 verify=NO)',
      'not-encrypted',
    ],
    [
      'no TLS, in words',
      'from x (mail.example [192.0.2.1]) by mx.example.org with ESMTP id A (No TLS used)',
      'not-encrypted',
    ],
    ['both', 'from x (mail.example [192.0.2.1]) by mx.example.org with ESMTPS id A (No TLS used)', 'unknown'],
    [
      'a NULL cipher',
      'from x (mail.example [192.0.2.1]) (using TLSv1.2 with cipher ECDHE-RSA-NULL-SHA (0/0 bits)) by mx.example.org (Postfix) with ESMTPS id A',
      'not-encrypted',
    ],
    [
      'RFC 8314 clauses',
      'from x (mail.example [192.0.2.1]) by mx.example.org with ESMTP id A for <a@example.org> tls 0x1301 group x25519',
      'encrypted',
    ],
    [
      'RFC 3848 keyword alone',
      'from x (mail.example [192.0.2.1]) by mx.example.org with UTF8LMTPSA id A',
      'encrypted',
    ],
    [
      'a channel',
      'from x ([192.0.2.1]) by mx.example.org over TLS secured channel with Microsoft SMTPSVC(6.0.3790.1830)',
      'encrypted',
    ],
    [
      'a plain protocol of software that records TLS',
      'from x ([192.0.2.1]) by mx.example.org with Microsoft SMTP Server id 8.1.263.0',
      'not-encrypted',
    ],
    [
      'SMTPSVC, which is not SMTPS',
      'from x ([192.0.2.1]) by mx.example.org with Microsoft SMTPSVC(6.0.3790.1830)',
      'unknown',
    ],
    [
      'a plain protocol of software nobody knows',
      'from x ([192.0.2.1]) by mx.example.org with ESMTP id 1',
      'unknown',
    ],
    ['that a program handed it in', 'by mx.example.org (Postfix, from userid 1000) id A1B2C3D', 'local'],
    [
      'that it came from its own address',
      'from x (localhost [127.0.0.1]) by mx.example.org (Postfix) with ESMTP id A1B2C3D',
      'local',
    ],
    [
      'TLS to its own address',
      'from x (localhost [127.0.0.1]) by mx.example.org (Postfix) with ESMTPS id A1B2C3D',
      'encrypted',
    ],
  ])('%s', (_, value, encryption) => {
    expect(judged(`${value}; ${DATE}`)).toBe(encryption);
  });
  test.each([
    ['with esmtps (TLSv1:RC4-SHA:128)', 'TLSv1', 'RC4-SHA', 'insufficient'],
    ['with Microsoft SMTP Server (TLS) id 8.1.263.0', null, null, null],
    [
      'with ESMTP (TREND IMSS SMTP Service 7.0; TLS: TLSv1/SSLv3,128bits,AES128-SHA) id 3',
      null,
      'AES128-SHA',
      'insufficient',
    ],
    [
      'with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96)',
      'TLSv1.3',
      'TLS_AES_256_GCM_SHA384',
      'good',
    ],
    [
      'with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15',
      'TLSv1.2',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'sufficient',
    ],
  ])('%s: version and cipher under one naming, graded', (protocol, version, cipher, grade) => {
    const field = parsed(`from x ([192.0.2.1]) by mx.example.org ${protocol}; ${DATE}`);
    expect(judgeEncryption(field).encryption).toBe('encrypted');
    expect(hopTls(field, gradeTls)).toMatchObject({ version, cipher, grade });
  });
  test('the curve in a name as Windows writes it', () => {
    const field = parsed(
      `from x ([192.0.2.1]) by mx.example.org with Microsoft SMTP Server (version=TLS1_0, cipher=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA_P384) id 15.1; ${DATE}`,
    );
    expect(hopTls(field, gradeTls)).toMatchObject({
      version: 'TLSv1',
      cipher: 'ECDHE-RSA-AES256-SHA',
      group: 'P-384',
    });
  });
  test('a version that a client chose is not shown beside a keyword that proves TLS', () => {
    const field = parsed(
      `from x (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) (mail.example [192.0.2.1]) (using TLSv1 with cipher RC4-SHA (128/128 bits)) by mx.example.org (Postfix) with ESMTPS id A1; ${DATE}`,
    );
    expect(hopTls(field, gradeTls)).toMatchObject({ version: 'TLSv1', cipher: 'RC4-SHA', bits: 128 });
  });
});
