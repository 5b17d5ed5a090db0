import { expect, test } from 'vitest';
import { parseTlsComment } from '../../functions/received/tls-comment.ts';

test.each(
  [
    [
      'using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
      'TLSv1.3',
      'TLS_AES_256_GCM_SHA384',
      256,
      null,
    ],
    [
      'using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n key-exchange X25519MLKEM768 server-signature ECDSA (P-256)',
      'TLSv1.3',
      'TLS_AES_256_GCM_SHA384',
      256,
      'X25519MLKEM768',
    ],
    ['using TLSv1.2 with cipher X25519 (1 bits)', null, null, null, null],
    [
      'using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange ECDHE (P-256) server-signature RSA-PSS',
      'TLSv1.3',
      'TLS_AES_256_GCM_SHA384',
      256,
      'P-256',
    ],
    [
      'using TLSv1.2 with cipher DHE-RSA-AES256-GCM-SHA384 (256/256 bits) key-exchange DHE (2048 bits)',
      'TLSv1.2',
      'DHE-RSA-AES256-GCM-SHA384',
      256,
      'DH 2048',
    ],
    ['using TLSv1', 'TLSv1', null, null, null],
    [
      'version=TLS1_2 cipher=ECDHE-ECDSA-AES128-GCM-SHA256 bits=128/128',
      'TLS1_2',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      128,
      null,
    ],
    [
      'version=TLS1_2,\n cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      'TLS1_2',
      'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      null,
      null,
    ],
    ['cipher=AES-256-GCM', null, 'AES-256-GCM', null, null],
    ['TLSv1:RC4-SHA:128', 'TLSv1', 'RC4-SHA', 128, null],
    ['TLS-1.0:RSA_ARCFOUR_MD5:16', 'TLS-1.0', 'RSA_ARCFOUR_MD5', 128, null],
    ['UNKNOWN:AES128-SHA:128', null, 'AES128-SHA', 128, null],
    ['SSL: TLSv1/SSLv3,128bits,RC4-MD5', 'TLSv1/SSLv3', 'RC4-MD5', 128, null],
    ['TLSv1.3:AEAD-AES256-GCM-SHA384:256:NO', 'TLSv1.3', 'AEAD-AES256-GCM-SHA384', 256, null],
    [
      'TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256',
      'TLS1.3',
      'ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM',
      256,
      'X25519',
    ],
    ['Cipher TLSv1:DES-CBC3-SHA:168', 'TLSv1', 'DES-CBC3-SHA', 168, null],
    ['TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384 encrypted', 'TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', null, null],
    ['TLS: TLSv1/SSLv3,256bits,AES256-GCM-SHA384', 'TLSv1/SSLv3', 'AES256-GCM-SHA384', 256, null],
    [
      'IDENT: unknown, AUTH: LOGIN someone, TLS: TLSv1/SSLv3,128bits,AES128-SHA',
      'TLSv1/SSLv3',
      'AES128-SHA',
      128,
      null,
    ],
    [
      'TREND IMSS SMTP Service 7.0; TLS: TLSv1/SSLv3,128bits,AES128-SHA',
      'TLSv1/SSLv3',
      'AES128-SHA',
      128,
      null,
    ],
    ['TLS1.3 TLS_AES_128_GCM_SHA256', 'TLS1.3', 'TLS_AES_128_GCM_SHA256', null, null],
    ['TLS_AES_256_GCM_SHA384 encrypted', null, 'TLS_AES_256_GCM_SHA384', null, null],
  ].filter(([, version, cipher]) => version !== null || cipher !== null),
)('(%s) is TLS', (comment, version, cipher, bits, group) => {
  expect(parseTlsComment(String(comment))).toEqual({ tls: true, version, cipher, bits, group });
});

test.each(['TLS', 'TLS1.2', 'Google Transport Security', 'SSL', 'TLS v1.2'])(
  '(%s) is TLS without more',
  (comment) => {
    expect(parseTlsComment(comment)).toMatchObject({ tls: true, cipher: null });
  },
);

test.each([
  'No TLS used',
  'version=NONE cipher=NONE',
  'version=NONE',
  'unencrypted',
  'no TLS',
  'not using TLS',
])('(%s) says that there was none', (comment) => {
  expect(parseTlsComment(comment)).toMatchObject({ tls: false });
});

test.each([
  'cutlstone.example',
  'Postfix',
  'tls.example [192.0.2.1]',
  'No client certificate requested',
  'envelope-from <tls@example.org>',
  'MTA TLS edition',
  'using TLSv1.3 with cipher nothing',
  'using tls-proxy',
  'version=4.96',
  'version=TLSv9 cipher=AES128-SHA',
  'cipher=mail',
  'Exim 4.96:TLS',
  'relay encrypted',
  'IDENT: x, TLS: TLSv1/SSLv3,256bits,AES256-SHA',
  'TLS: TLSv1/SSLv3,256bits,AES256-SHA, and more',
  '8.14.9/8.14.9',
  'amavisd-new, port 10024',
  'TLSv1.3 or so',
])('(%s) says nothing of TLS', (comment) => {
  expect(parseTlsComment(comment)).toBeNull();
});
