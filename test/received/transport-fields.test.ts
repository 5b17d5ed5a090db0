import { expect, test } from 'vitest';
import { readHeaderSections } from '../../functions/received/header-section.ts';
import type { TransportHint } from '../../functions/received/transport-fields.ts';
import { readTransportHints } from '../../functions/received/transport-fields.ts';

const hints = (...lines: readonly string[]): readonly TransportHint[] =>
  readTransportHints(readHeaderSections(lines.join('\n'))[0] ?? []);

test('Fastmail says version and cipher in Authentication-Results', () => {
  expect(
    hints(
      'X-ME-Authentication-Results: phl-mx-04.messagingengine.com;',
      '    x-tls=pass smtp.version=TLSv1.3 smtp.cipher=TLS_AES_256_GCM_SHA384',
      '      smtp.bits=256/256;',
      '    x-vs=clean score=0 state=0',
      'Authentication-Results: mx.example.org; spf=pass; x-tls=pass version=TLSv1.2 cipher=ECDHE-RSA-AES128-GCM-SHA256 bits=128/128',
    ),
  ).toEqual([
    {
      kind: 'authentication-results-tls',
      field: 'x-me-authentication-results',
      authority: 'phl-mx-04.messagingengine.com',
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
    },
    {
      kind: 'authentication-results-tls',
      field: 'authentication-results',
      authority: 'mx.example.org',
      version: 'TLSv1.2',
      cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
    },
  ]);
});

test("ARC's copy names its author after the instance", () => {
  expect(
    hints('ARC-Authentication-Results: i=1; mx.example.org; x-tls=pass smtp.version=TLSv1.3'),
  ).toMatchObject([{ authority: 'mx.example.org', version: 'TLSv1.3', cipher: null }]);
});

test('TLS-Required: No, X-Received under TLS, and what Exchange took the message as', () => {
  expect(
    hints(
      'TLS-Required: No',
      'X-Received: by 2002:a17:906:abc with SMTPS id x; Fri, 16 May 2025 02:00:04 -0700 (PDT)',
      'X-MS-Exchange-Organization-AuthAs: Anonymous',
    ).map((hint) => hint.kind),
  ).toEqual(['tls-required-no', 'x-received-tls', 'exchange-authenticated-as']);
});

test('fields that say nothing of TLS give no hint', () => {
  expect(
    hints(
      'TLS-Required: Yes',
      'Authentication-Results: tls.example; spf=pass smtp.mailfrom=x-tls.example',
      'Authentication-Results: x-tls=fail',
      'X-Received: by 2002:a17:906:abc with SMTP id x; Fri, 16 May 2025 02:00:04 -0700 (PDT)',
      'X-TLS: yes',
    ),
  ).toEqual([]);
});
