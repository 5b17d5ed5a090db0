import { describe, expect, test } from 'vitest';
import { headersAnswerSchema } from '../../functions/http/schemas/headers-answer.ts';
import { testService } from './test-service.ts';

const HEADER = [
  'Received: from mail.sender.example (mail.sender.example [192.0.2.7])',
  '\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))',
  '\tby mx.vendor.example (Postfix) with ESMTPS id PLANTED1234',
  '\tfor <planted-secret@vendor.example>; Sun, 22 Nov 2026 01:02:03 +0000 (UTC)',
  'Subject: planted-secret <script>alert(1)</script>',
  '',
  'planted-secret in the text',
].join('\r\n');

describe('a pasted header', () => {
  test('is answered with its route, and is not to be kept by anybody', async () => {
    const service = testService();
    const response = await service.post('/v1/headers', HEADER, { 'Content-Type': 'message/rfc822' });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { results } = headersAnswerSchema.parse(await response.json());
    expect(results).toMatchObject([
      { schema: 'mailtls.headers/1', verdict: { answer: 'encrypted' }, hops: [{ encryption: 'encrypted' }] },
    ]);
  });

  test('leaves nothing in the log, even when it is refused', async () => {
    const service = testService();
    await service.post('/v1/headers', HEADER, { 'Content-Type': 'text/plain' });
    await service.post('/v1/headers', HEADER, { 'Content-Type': 'text/html' });
    await service.post('/headers', form(HEADER), {});
    await service.post('/headers', HEADER, {
      'Content-Type': 'multipart/form-data; boundary=planted-secret',
    });
    expect(service.log.map(({ status }) => status)).toEqual([200, 415, 200, 400]);
    expect(JSON.stringify(service.log)).not.toMatch(/planted/i);
    expect(service.answers.asked).toEqual([]);
  });

  test('several messages are answered one by one, a sending configuration as what it is', async () => {
    const service = testService();
    const mailbox = ['From a', HEADER, '', 'From b', HEADER, ''].join('\r\n');
    const several = await service.post('/v1/headers', mailbox, { 'Content-Type': 'text/plain' });
    expect(headersAnswerSchema.parse(await several.json()).results.length).toBeGreaterThanOrEqual(1);
    const settings = 'smtp_tls_security_level = encrypt\n';
    const sending = await service.post('/v1/headers', settings, { 'Content-Type': 'text/plain' });
    expect(headersAnswerSchema.parse(await sending.json()).results).toMatchObject([
      { schema: 'mailtls.sending/1', software: 'postfix' },
    ]);
  });

  test('of another kind, or longer than 256 KiB, is refused', async () => {
    const service = testService();
    const html = await service.post('/v1/headers', HEADER, { 'Content-Type': 'text/html' });
    expect([html.status, html.headers.get('accept-post')]).toEqual([415, 'text/plain, message/rfc822']);
    const long = await service.post('/v1/headers', 'x'.repeat(262_145), { 'Content-Type': 'text/plain' });
    expect(long.status).toBe(413);
  });
});

function form(text: string, file?: string): FormData {
  const data = new FormData();
  data.set('text', text);
  if (file !== undefined) data.set('file', new File([file], 'message.eml'));
  return data;
}

describe('the page for headers', () => {
  test('draws the route of what was pasted, escaped, and does not repeat it', async () => {
    const response = await testService().post('/headers', form(HEADER));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const page = await response.text();
    expect(page).toContain('mail.sender.example → mx.vendor.example');
    expect(page).not.toMatch(/planted-secret|<script>alert/);
  });

  test('takes a file where one is chosen', async () => {
    const page = await (await testService().post('/headers', form('', HEADER))).text();
    expect(page).toContain('mail.sender.example → mx.vendor.example');
  });
});
