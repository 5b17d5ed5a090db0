/** The mail servers of the lab, each with one thing to show. What is not written is as a sound server has it. */
import type { Posture, Step, Tls } from './posture.ts';

/** OpenSSL refuses TLS below 1.2, small keys and suites without encryption unless told otherwise. */
const anything = (ciphers: string): string => `${ciphers}:@SECLEVEL=0`;
const only = (version: NonNullable<Tls['minVersion']>): Tls => ({
  minVersion: version,
  maxVersion: version,
  ciphers: anything('DEFAULT'),
});

const SILENCE: Step = { ending: 'silence' };
const CLOSE: Step = { ending: 'close' };
const RESET: Step = { ending: 'reset' };
const ENDLESS = { everySeconds: 0.05 };
/** Keywords of a server, as in its EHLO reply, between commas. */
const keywords = (list: string): readonly string[] => list.split(', ');

export const POSTURES = {
  modern: {
    shows: 'TLS 1.3 and 1.2, ML-KEM, a sound certificate',
  },

  // Versions, suites and groups.
  tls10: { shows: 'TLS 1.0 and nothing newer', tls: only('TLSv1') },
  tls11: { shows: 'TLS 1.1 and nothing newer', tls: only('TLSv1.1') },
  tls12: { shows: 'TLS 1.2 and nothing newer', tls: only('TLSv1.2') },
  tls13: { shows: 'TLS 1.3 and nothing older', tls: { minVersion: 'TLSv1.3' } },
  mlKemOnly: {
    shows: 'TLS 1.3 with X25519MLKEM768 and no other group',
    tls: { minVersion: 'TLSv1.3', groups: 'X25519MLKEM768' },
  },
  mlKemPreferred: {
    shows: 'X25519MLKEM768 preferred, X25519 and P-256 accepted',
    tls: { groups: 'X25519MLKEM768:X25519:P-256' },
  },
  withoutMlKem: { shows: 'X25519 and P-256, no ML-KEM', tls: { groups: 'X25519:P-256' } },
  rsaKeyExchange: {
    shows: 'TLS 1.2 with RSA key exchange: no forward secrecy',
    tls: { certificate: 'rsa-2048', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
  },
  nullCipher: {
    shows: 'TLS with suites that do not encrypt, and no others',
    tls: { certificate: 'rsa-2048', maxVersion: 'TLSv1.2', ciphers: anything('eNULL') },
  },

  // Certificates.
  selfSigned: { shows: 'a certificate signed by itself', tls: { certificate: 'self-signed' } },
  expired: { shows: 'a certificate that expired ten days ago', tls: { certificate: 'expired' } },
  notYetValid: { shows: 'a certificate that holds from in ten days', tls: { certificate: 'not-yet-valid' } },
  wrongName: { shows: 'a certificate for another name', tls: { certificate: 'wrong-name' } },
  wildcard: { shows: 'a certificate for *.domain', tls: { certificate: 'wildcard' } },
  commonNameOnly: {
    shows: 'a certificate with a common name and no subjectAltName',
    tls: { certificate: 'common-name-only' },
  },
  unknownAuthority: {
    shows: 'a certificate of an authority nobody knows',
    tls: { certificate: 'unknown-authority' },
  },
  missingIntermediate: {
    shows: 'the intermediate certificate is not sent',
    tls: { certificate: 'missing-intermediate' },
  },
  allWrong: {
    shows: 'self-signed, expired and for another name at once',
    tls: { certificate: 'expired-self-signed-elsewhere' },
  },
  rsa1024: {
    shows: 'an RSA key of 1024 bits',
    tls: { certificate: 'rsa-1024', ciphers: anything('DEFAULT') },
  },
  rsa2048: { shows: 'an RSA key of 2048 bits', tls: { certificate: 'rsa-2048' } },

  // STARTTLS not offered, or not so that it counts.
  noStarttls: { shows: 'STARTTLS is not offered', keywords: ['PIPELINING', 'SIZE 10240000', '8BITMIME'] },
  masked: {
    shows: 'a firewall masks greeting and STARTTLS with stars and Xs',
    greeting: ['220 ****************************************'],
    keywords: ['SIZE 10240000', 'XXXXXXXA', '8BITMIME'],
    starttls: ['500 5.5.1 Command unrecognized: "XXXXXXXX"'],
  },
  lookAlike: {
    shows: 'offers STARTTLSX, which is another keyword',
    keywords: ['SIZE 10240000', 'STARTTLSX'],
  },
  equals: { shows: 'offers STARTTLS=x, which is another keyword', keywords: ['SIZE 10240000', 'STARTTLS=x'] },
  withParameter: {
    shows: 'offers STARTTLS with a parameter after it',
    keywords: ['SIZE 10240000', 'STARTTLS REQUIRED'],
    starttls: ['220 2.0.0 Go ahead'],
  },
  lowerCase: {
    shows: 'offers starttls in lower case, which is the same keyword',
    keywords: ['size 10240000', 'starttls'],
    starttls: ['220 2.0.0 Go ahead'],
  },
  heloOnly: { shows: 'does not know EHLO', ehlo: ['502 5.5.1 Command not implemented'] },

  // STARTTLS offered, and failing.
  starttls454: {
    shows: 'offers STARTTLS, then answers 454',
    starttls: ['454 4.7.0 TLS not available due to local problem'],
  },
  starttls502: {
    shows: 'offers STARTTLS, then answers 502',
    starttls: ['502 5.5.1 Command not implemented'],
  },
  starttlsGarbage: {
    shows: 'offers STARTTLS, then answers with what is no reply',
    starttls: [{ bytes: 'go\x00ahead \xff\xfe\r\n' }],
  },
  starttlsReset: { shows: 'offers STARTTLS, then resets', starttls: [RESET] },
  starttlsClose: { shows: 'offers STARTTLS, then closes', starttls: [CLOSE] },
  starttlsHang: { shows: 'offers STARTTLS, then says nothing', starttls: [SILENCE] },
  injection: {
    shows: 'sends a reply in clear right behind the 220 to STARTTLS',
    starttls: [{ together: ['220 2.0.0 Ready to start TLS\r\n', '250 XINJECTED in clear text\r\n'] }],
  },
  handshakeAlert: {
    shows: 'answers the ClientHello with a handshake_failure alert',
    insteadOfHandshake: [{ bytes: '\x15\x03\x03\x00\x02\x02\x28' }, CLOSE],
  },
  handshakeGarbage: {
    shows: 'answers the ClientHello in SMTP',
    insteadOfHandshake: ['500 5.5.2 Error: bad syntax', SILENCE],
  },
  handshakeHang: { shows: 'never answers the ClientHello', insteadOfHandshake: [SILENCE] },
  handshakeReset: { shows: 'resets at the ClientHello', insteadOfHandshake: [RESET] },
  handshakeClose: { shows: 'closes at the ClientHello', insteadOfHandshake: [CLOSE] },

  // Refusals before STARTTLS.
  greeting421: {
    shows: 'greets with 421',
    greeting: ['421 4.7.0 {host} Too many connections, try again later', CLOSE],
  },
  greeting554: {
    shows: 'greets with 554',
    greeting: ['554 5.7.1 {host} Connections from your network are not accepted'],
  },
  ehlo450: {
    shows: 'answers 450 to EHLO',
    ehlo: ['450 4.7.1 Client host rejected, try again'],
    helo: ['450 4.7.1 Client host rejected, try again'],
  },
  ehlo550: {
    shows: 'answers 550 to EHLO and HELO',
    ehlo: ['550 5.7.1 Not here'],
    helo: ['550 5.7.1 Not here'],
  },
  ehlo421: {
    shows: 'answers 421 to EHLO and closes',
    ehlo: ['421 4.3.2 {host} shutting down', CLOSE],
  },

  // Time and size.
  slow6: { shows: 'greets after 6 seconds', greeting: [{ waitSeconds: 6 }, '220 {host} ESMTP'] },
  slow20: { shows: 'greets after 20 seconds', greeting: [{ waitSeconds: 20 }, '220 {host} ESMTP'] },
  stutter: {
    shows: 'greets one byte a second',
    greeting: [{ stutter: '220 {host} ESMTP', everySeconds: 1 }],
  },
  endlessBanner: {
    shows: 'a greeting that never ends',
    greeting: [{ forever: '220-one more line of welcome', ...ENDLESS }],
  },
  endlessEhlo: { shows: 'a reply to EHLO that never ends', ehlo: [{ forever: '250-XMORE', ...ENDLESS }] },
  longLine: {
    shows: 'a greeting line of 100,000 characters',
    greeting: [`220 {host} ${'x'.repeat(100_000)}`],
  },
  floodWithoutLineEnd: {
    shows: 'bytes without a line end, as fast as they are taken',
    greeting: [{ floodWith: 'x'.repeat(16_384) }],
  },
  silent: { shows: 'accepts the connection and says nothing', greeting: [SILENCE] },
  split: {
    shows: 'a greeting in many segments',
    greeting: [
      { bytes: '22' },
      { waitSeconds: 0.02 },
      { bytes: '0-{host} E' },
      { waitSeconds: 0.02 },
      { bytes: 'SMTP\r' },
      { waitSeconds: 0.02 },
      { bytes: '\n220' },
      { waitSeconds: 0.02 },
      { bytes: ' welcome\r\n' },
    ],
  },
  multiLine: {
    shows: 'a greeting of three lines',
    greeting: [{ together: ['220-{host} ESMTP\r\n', '220-No spam, please\r\n', '220 Welcome\r\n'] }],
  },
  bareNewlines: { shows: 'ends its lines with LF alone', greeting: [{ bytes: '220 {host} ESMTP\n' }] },
  bigEhlo: {
    shows: 'a hundred EHLO keywords',
    keywords: ['STARTTLS', ...Array.from({ length: 99 }, (_, index) => `XKEYWORD${index} some parameters`)],
  },
  notSmtp: { shows: 'speaks HTTP', greeting: ['HTTP/1.1 400 Bad Request', '', CLOSE] },
  hostileBanner: {
    shows: 'control characters, markup and bidirectional tricks in its greeting',
    greeting: [
      {
        bytes:
          '220 {host} \x1b[31mred\x1b[0m <script>alert(1)</script> <!channel> \xe2\x80\xaetxt\x00\x07\r\n',
      },
    ],
  },

  // Resets and closes, stage by stage.
  resetAtConnect: { shows: 'resets as soon as it is connected', greeting: [RESET] },
  resetInGreeting: {
    shows: 'resets in the middle of its greeting',
    greeting: [{ bytes: '220-{host}' }, { waitSeconds: 0.02 }, RESET],
  },
  closeAtConnect: { shows: 'closes as soon as it is connected', greeting: [CLOSE] },
  resetAtEhlo: { shows: 'resets at EHLO', ehlo: [RESET] },
  closeAtEhlo: { shows: 'closes at EHLO', ehlo: [CLOSE] },

  // After TLS.
  requireTls: {
    shows: 'offers REQUIRETLS inside TLS',
    keywordsInsideTls: ['PIPELINING', 'SIZE 35882577', '8BITMIME', 'REQUIRETLS'],
  },
  clearAfterTls: {
    shows: 'goes on in clear text when TLS is closed without QUIT, as Exim with GnuTLS does',
    afterTls: ['421 4.4.2 {host} lost input connection', CLOSE],
  },
  quitUnanswered: { shows: 'never answers QUIT', quit: [SILENCE] },

  // Software, as it introduces itself.
  postfix: {
    shows: 'looks like Postfix',
    greeting: ['220 {host} ESMTP Postfix (Debian)'],
    keywords: keywords(
      'PIPELINING, SIZE 10240000, VRFY, ETRN, STARTTLS, ENHANCEDSTATUSCODES, 8BITMIME, DSN, SMTPUTF8, CHUNKING',
    ),
  },
  exim: {
    shows: 'looks like Exim',
    greeting: ['220 {host} ESMTP Exim 4.98 Sun, 22 Nov 2026 03:00:00 +0000'],
    ehlo: [
      {
        together: [
          '250-{host} Hello client.example [127.0.0.1]\r\n250-SIZE 52428800\r\n250-LIMITS MAILMAX=1000 RCPTMAX=50000\r\n',
          '250-8BITMIME\r\n250-PIPELINING\r\n250-PIPECONNECT\r\n250-CHUNKING\r\n250-STARTTLS\r\n250 HELP\r\n',
        ],
      },
    ],
    starttls: ['220 TLS go ahead'],
    tls: { groups: 'X25519:P-256' },
  },
  exchange: {
    shows: 'looks like Exchange Server',
    greeting: ['220 {host} Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026 03:00:00 +0000'],
    keywords: keywords(
      'SIZE 37748736, PIPELINING, DSN, ENHANCEDSTATUSCODES, STARTTLS, X-ANONYMOUSTLS, AUTH NTLM, X-EXPS GSSAPI NTLM, 8BITMIME, BINARYMIME, CHUNKING, XRDST',
    ),
    starttls: ['220 2.0.0 SMTP server ready'],
    tls: { certificate: 'rsa-2048', maxVersion: 'TLSv1.2', groups: 'P-384:P-256' },
  },
  sendmail: {
    shows: 'looks like Sendmail',
    greeting: ['220 {host} ESMTP Sendmail 8.18.1/8.18.1; Sun, 22 Nov 2026 03:00:00 GMT'],
    keywords: keywords(
      'ENHANCEDSTATUSCODES, PIPELINING, 8BITMIME, SIZE, DSN, ETRN, STARTTLS, DELIVERBY, HELP',
    ),
  },
  openSmtpd: {
    shows: 'looks like OpenSMTPD',
    greeting: ['220 {host} ESMTP OpenSMTPD'],
    keywords: keywords('8BITMIME, ENHANCEDSTATUSCODES, SIZE 36700160, DSN, STARTTLS, HELP'),
    starttls: ['220 2.0.0 Ready to start TLS'],
  },
} as const satisfies Record<string, Posture>;
