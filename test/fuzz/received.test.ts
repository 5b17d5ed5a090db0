import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeEncryption } from '../../functions/assessment/hop-encryption.ts';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { presentHeadersReport } from '../../functions/presenters/headers-report.ts';
import { headersReportSchema } from '../../functions/presenters/headers-schema.ts';
import { presentHeadersOnTerminal } from '../../functions/presenters/headers-terminal.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { anyField, plainField } from './received-mutations.ts';

const OPTIONS = { ownServers: [], nowMs: 0, gradeTls };
const RUNS = { numRuns: 3000, seed: 20261122 };

test('whatever a client chooses, a plain hop is never called encrypted, nor one that stayed on the machine', () => {
  fc.assert(
    fc.property(plainField, (value) => {
      const field = parseReceivedField(value);
      expect(['not-encrypted', 'unknown']).toContain(
        field === null ? 'unknown' : judgeEncryption(field).encryption,
      );
    }),
    RUNS,
  );
});

test('nothing thrown, and every report meets its schema', () => {
  fc.assert(
    fc.property(fc.array(anyField, { maxLength: 5 }), (values) => {
      const text = values.map((value) => `Received: ${value}`).join('\n');
      for (const result of checkHeaders(Buffer.from(text), OPTIONS)) {
        if (result.kind !== 'headers') continue;
        const report = presentHeadersReport(result);
        expect(() => headersReportSchema.parse(report)).not.toThrow();
        presentHeadersOnTerminal(report, { colour: true, columns: 40 });
      }
    }),
    { ...RUNS, numRuns: 1000 },
  );
});

test('no encrypted without a protocol, comment or clause of TLS in the text', () => {
  fc.assert(
    fc.property(anyField, (value) => {
      const field = parseReceivedField(value);
      const isEncrypted = field !== null && judgeEncryption(field).encryption === 'encrypted';
      const says = /mtps|lmtps|https|tls|ssl|encrypted|cipher|Google Transport/i.test(value);
      expect(isEncrypted && !says).toBe(false);
    }),
    RUNS,
  );
});

test('bytes that are no text at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(checkHeaders(bytes, OPTIONS).length).toBeGreaterThan(0);
    }),
    RUNS,
  );
});
