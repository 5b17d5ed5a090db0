/** A whole process that asks one Postfix, beside the tools that people use for it. */
import { existsSync } from 'node:fs';
import { makeAuthority } from '../lab/authority.ts';
import { startDns } from '../lab/dns-server.ts';
import { makeZone } from '../lab/zone.ts';
import { freePort, postfixLack, startPostfix } from '../postfix/postfix-instance.ts';
import { MAILTLS, timed } from './child.ts';
import type { Bench } from './figure.ts';

const IP = '127.26.1.1';
const HOST = 'mx.postfix.example';
const RUNS = 15;
const FINGER = '/usr/sbin/posttls-finger';

export const processes: Bench = {
  title: 'a whole process, asking one Postfix',
  lack: () => postfixLack() ?? (existsSync(FINGER) ? null : 'posttls-finger is not installed'),
  async run(tell, signal) {
    const authority = makeAuthority();
    const { cert, key } = authority.credentials('sound', HOST);
    const port = await freePort(IP);
    const domain = {
      name: 'postfix.example',
      shows: 'a Postfix',
      mx: [[10, 'mx'] as const],
      hosts: { mx: [{ ip: IP, answering: 'nobody' as const }] },
    };
    const dns = await startDns(
      makeZone([{ title: 'Postfix', domains: [domain] }], authority),
      authority.credentials('sound', '127.0.0.1'),
      0,
    );
    const postfix = await startPostfix({
      hostname: HOST,
      port,
      certificatePem: cert,
      keyPem: key,
      services: [{ ip: IP, settings: ['smtpd_tls_security_level=may'] }],
    });
    const environment = {
      MAILTLS_RESOLVERS: `udp://127.0.0.1:${dns.udpPort}`,
      MAILTLS_SMTP_PORT: String(port),
      MAILTLS_ALLOW_PRIVATE: 'true',
    };
    const commands = {
      ours: [process.execPath, MAILTLS, 'check', domain.name],
      finger: [FINGER, '-c', '-l', 'may', `[${IP}]:${port}`],
      openssl: ['openssl', 's_client', '-starttls', 'smtp', '-connect', `${IP}:${port}`, '-servername', HOST],
      empty: [process.execPath, '-e', '0'],
    };
    type Name = keyof typeof commands;
    const wall: Record<Name, number[]> = { ours: [], finger: [], openssl: [], empty: [] };
    const cpu: Record<Name, number[]> = { ours: [], finger: [], openssl: [], empty: [] };
    try {
      await timed(commands.ours, environment, signal);
      for (let index = 0; index < RUNS; index += 1) {
        for (const name of ['ours', 'finger', 'openssl', 'empty'] as const) {
          const { wallMs, cpuMs } = await timed(commands[name], environment, signal);
          wall[name].push(wallMs);
          cpu[name].push(cpuMs);
        }
      }
    } finally {
      await Promise.all([postfix.stop(), dns.close()]);
    }
    for (const [title, samples, unit] of [
      ['wall', wall, 'ms'],
      ['CPU', cpu, 'ms CPU'],
    ] as const) {
      tell({
        title,
        ours: { name: 'mailtls check', note: 'with DNS and the answer', samples: samples.ours, unit },
        beside: [
          { name: 'posttls-finger -c -l may', note: 'given the address', samples: samples.finger, unit },
          {
            name: 'openssl s_client -starttls smtp',
            note: 'given the address',
            samples: samples.openssl,
            unit,
          },
          { name: 'node -e 0', samples: samples.empty, unit },
        ],
      });
    }
  },
};
