import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuestion } from '../../functions/question/domain.ts';

function understood(text: string) {
  const read = parseQuestion(text);
  return read.ok ? `${read.question.understoodAs} ${read.question.domain}` : `mistake ${read.mistake.code}`;
}

describe('what people paste names a domain', () => {
  test.each([
    ['vendor.com', 'domain vendor.com'],
    ['  vendor.com\n', 'domain vendor.com'],
    ['VENDOR.COM.', 'domain vendor.com'],
    ['mail.vendor.com', 'domain mail.vendor.com'],
    ['bücher.example', 'domain xn--bcher-kva.example'],
    ['BÜCHER.example', 'domain xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'domain xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'domain xn--bcher-kva.example'],
    ['XN--Bcher-KVA.example', 'domain xn--bcher-kva.example'],
    ['vendor。com', 'domain vendor.com'],
    ['vendor．com｡', 'domain vendor.com'],
    ['ｖｅｎｄｏｒ.com', 'domain vendor.com'],
    ['faß.de', 'domain xn--fa-hia.de'],
    ['ab--cd.com', 'domain ab--cd.com'],
    ['1und1.de', 'domain 1und1.de'],
    ['3.14.vendor.com', 'domain 3.14.vendor.com'],
    ['vendor.test', 'domain vendor.test'],
    ['github.io', 'domain github.io'],
    ['alice@vendor.com', 'address vendor.com'],
    ['Alice.B+tag@Mail.Vendor.com', 'address mail.vendor.com'],
    ['<alice@vendor.com>', 'address vendor.com'],
    ['"Alice" <alice@vendor.com>', 'address vendor.com'],
    ['"B, Alice <x@y.com>" <alice@vendor.com>', 'address vendor.com'],
    ['Alice <alice@vendor.com >', 'address vendor.com'],
    ['"a@b"@vendor.com', 'address vendor.com'],
    ['a/b@vendor.com', 'address vendor.com'],
    ['@vendor.com', 'address vendor.com'],
    ['alice@bücher.example', 'address xn--bcher-kva.example'],
    ['mailto:alice@vendor.com', 'address vendor.com'],
    ['MAILTO:alice%40vendor.com?subject=Hello%20a@b', 'address vendor.com'],
    ['<mailto:alice@vendor.com|alice@vendor.com>', 'address vendor.com'],
    ['<http://vendor.com|vendor.com>', 'url vendor.com'],
    ['https://www.vendor.com/contact?us#here', 'url vendor.com'],
    ['https://user:secret@shop.vendor.co.uk:8443/', 'url vendor.co.uk'],
    ['HTTPS://VENDOR.COM', 'url vendor.com'],
    ['https://www.bücher.example/', 'url xn--bcher-kva.example'],
    ['//www.vendor.com/x', 'url vendor.com'],
    ['www.vendor.com', 'url vendor.com'],
    ['shop.vendor.com/path', 'url vendor.com'],
    ['mail.vendor.com:25', 'url vendor.com'],
    ['https://vendor.com/@alice', 'url vendor.com'],
    ['vendor.com/@alice', 'url vendor.com'],
    ['https://shop.github.io/x', 'url shop.github.io'],
    ['https://github.io/', 'url github.io'],
  ])('%j is read as %s', (text, expected) => {
    expect(understood(text)).toBe(expected);
  });
});

describe('what cannot be a mail domain is refused, by code', () => {
  test.each([
    ['', { code: 'empty' }],
    [' \t\n', { code: 'empty' }],
    ['.', { code: 'empty' }],
    ['alice@', { code: 'empty' }],
    ['https://', { code: 'empty' }],
    ['192.0.2.1', { code: 'ip-address' }],
    ['１９２.0.2.1', { code: 'ip-address' }],
    ['1.2.3', { code: 'ip-address' }],
    ['3232235521', { code: 'ip-address' }],
    ['127.0x1', { code: 'ip-address' }],
    ['vendor.123', { code: 'ip-address' }],
    ['2001:db8::1', { code: 'ip-address' }],
    ['[2001:db8::1]', { code: 'ip-address' }],
    ['alice@[192.0.2.1]', { code: 'ip-address' }],
    ['alice@[IPv6:2001:db8::1]', { code: 'ip-address' }],
    ['https://[2001:db8::1]:443/', { code: 'ip-address' }],
    ['https://192.0.2.1/', { code: 'ip-address' }],
    ['localhost', { code: 'single-label' }],
    ['com', { code: 'single-label' }],
    ['alice@vendor', { code: 'single-label' }],
    ['co.uk', { code: 'public-suffix', suffix: 'co.uk' }],
    ['https://co.uk/', { code: 'public-suffix', suffix: 'co.uk' }],
    ['公司.cn', { code: 'public-suffix', suffix: 'xn--55qx5d.cn' }],
    ['vendor..com', { code: 'empty-label' }],
    ['.vendor.com', { code: 'empty-label' }],
    ['vendor.com..', { code: 'empty-label' }],
    ['ven_dor.com', { code: 'forbidden-characters', characters: ['_'] }],
    ['ven dor!!.com', { code: 'forbidden-characters', characters: [' ', '!'] }],
    ['vendor.com\u0007', { code: 'forbidden-characters', characters: ['U+0007'] }],
    ['*.vendor.com', { code: 'forbidden-characters', characters: ['*'] }],
    ['vendor.com, other.com', { code: 'forbidden-characters', characters: [',', ' '] }],
    ['http://ven%64or.com', { code: 'forbidden-characters', characters: ['%'] }],
    ['℀.com', { code: 'forbidden-characters', characters: ['℀'] }],
    ['ven！dor.com', { code: 'forbidden-characters', characters: ['！'] }],
    ['ven\u202edor.com', { code: 'forbidden-characters', characters: ['U+202E'] }],
    ['\ud800.com', { code: 'forbidden-characters', characters: ['U+D800'] }],
    ['-vendor.com', { code: 'hyphen-placement', label: '-vendor' }],
    ['mail.vendor-.com', { code: 'hyphen-placement', label: 'vendor-' }],
    ['xn--zzzzzz.com', { code: 'invalid-international-label', label: 'xn--zzzzzz' }],
    ['xn--vendor-.com', { code: 'hyphen-placement', label: 'xn--vendor-' }],
    ['xn--.com', { code: 'hyphen-placement', label: 'xn--' }],
    ['xn--a.com', { code: 'invalid-international-label', label: 'xn--a' }],
    ['\u05d0a.com', { code: 'invalid-international-label', label: '\u05d0a' }],
    ['a@vendor.com,b@other.com', { code: 'several' }],
    ['Alice <a@vendor.com>, Bob <b@other.com>', { code: 'several' }],
  ])('%j', (text, mistake) => {
    expect(parseQuestion(text)).toEqual({ ok: false, mistake, asked: text.trim() });
  });

  test('a label has at most 63 octets, counted in its A-label form', () => {
    expect(understood(`${'a'.repeat(63)}.com`)).toBe(`domain ${'a'.repeat(63)}.com`);
    expect(parseQuestion(`${'a'.repeat(64)}.com`)).toMatchObject({ mistake: { code: 'label-too-long' } });
    expect(parseQuestion(`${'é'.repeat(60)}.com`)).toMatchObject({ mistake: { code: 'label-too-long' } });
  });

  test('a name has at most 253 octets without its final dot', () => {
    const longest = `${'a.'.repeat(125)}com`;
    expect(understood(`${longest}.`)).toBe(`domain ${longest}`);
    expect(parseQuestion(`b${longest}`)).toMatchObject({ mistake: { code: 'too-long', octets: 254 } });
  });

  test('a text of a megabyte is refused, and only its beginning is kept', () => {
    const read = parseQuestion('vendor.com/'.repeat(100_000));
    expect(read).toMatchObject({ ok: false, mistake: { code: 'too-long' } });
    expect((read.ok ? '' : read.asked).length).toBe(256);
  });
});

describe('how a name is shown', () => {
  test.each([
    ['xn--bcher-kva.example', 'bücher.example', false],
    ['bücher.example', 'bücher.example', false],
    ['xn--80akhbyknj4f.com', 'испытание.com', false],
    ['お名前vendor.com', 'お名前vendor.com', false],
    ['аpple.com', 'xn--pple-43d.com', true],
    ['xn--pple-43d.com', 'xn--pple-43d.com', true],
    ['яндекс-mail.com', 'xn---mail-sweh4bya7b6j.com', true],
    ['i❤.ws', 'i❤.ws', false],
  ])('%j is shown as %j', (text, displayDomain, mixedScripts) => {
    expect(parseQuestion(text)).toMatchObject({ ok: true, question: { displayDomain, mixedScripts } });
  });
});

describe('whatever is typed', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.domain(),
    fc.emailAddress(),
    fc.webUrl(),
    fc
      .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.domain())
      .map((parts) => parts.join('.')),
  );

  test('there is an answer, and it is a host name of two labels or more', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const read = parseQuestion(text);
        if (!read.ok) return;
        expect(read.question.domain).toMatch(
          /^(?=.{3,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)$/,
        );
      }),
    );
  });

  test('reading the domain, or the name as it is shown, gives the same domain', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const read = parseQuestion(text);
        if (!read.ok) return;
        const { domain, displayDomain, mixedScripts } = read.question;
        // `www.` in front makes a text a web address, whose registrable domain is meant.
        fc.pre(!displayDomain.startsWith('www.'));
        for (const again of [domain, displayDomain]) {
          expect(parseQuestion(again)).toMatchObject({
            ok: true,
            question: { domain, displayDomain, mixedScripts },
          });
        }
      }),
    );
  });
});
