import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SETTINGS, readSettings } from '../../functions/environment.ts';
import { INTERNET } from './internet.ts';
import { POSTURES } from './postures.ts';
import { startLab } from './start-lab.ts';

const domains = INTERNET.flatMap((section) => section.domains);

describe('the lab’s internet', () => {
  it('has at least thirty kinds of mail server, and uses every one', () => {
    const used = new Set<unknown>(
      domains
        .flatMap(({ hosts = {} }) =>
          Object.values(hosts).flatMap((addresses) => addresses.map(({ answering }) => answering)),
        )
        .flat(),
    );
    const postures = Object.values(POSTURES);
    expect(postures.length).toBeGreaterThanOrEqual(30);
    expect(postures.filter((posture) => !used.has(posture)).map(({ shows }) => shows)).toStrictEqual([]);
  });

  it('names every domain once, under a top level nobody can register (RFC 2606 section 2)', () => {
    const names = domains.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.endsWith('.example'))).toStrictEqual(['127.in-addr.arpa']);
  });

  it('points every exchange at a host that is declared, unless its absence is what is shown', () => {
    const declared = new Set(
      domains.flatMap(({ name, hosts = {}, records = [] }) =>
        [...Object.keys(hosts), ...records.map((record) => record.name)].map((label) => `${label}.${name}`),
      ),
    );
    const missing = domains.flatMap(({ name, mx = [] }) =>
      mx
        .map(([, exchange]) => (exchange.includes('.') ? exchange : `${exchange}.${name}`))
        .filter((exchange) => !declared.has(exchange)),
    );
    expect(missing).toStrictEqual([
      '.',
      '.',
      'mx.no-such.example',
      'mx.mx-no-data.example',
      '127.0.0.1',
      'localhost.',
      'mx.no-such.example',
    ]);
  });

  it('stays on loopback: no address is anywhere else', async () => {
    const lab = await startLab();
    const hosts = domains.flatMap(({ name, hosts = {} }) =>
      Object.keys(hosts).map((label) => `${label}.${name}`),
    );
    const ips = hosts.flatMap((host) => lab.addresses(host));
    expect(ips.length).toBeGreaterThan(100);
    expect(ips.filter((ip) => !/^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(ip))).toStrictEqual([]);
    await lab.close();
  });
});

describe('a running lab', () => {
  it('gives settings that a mailtls process can read, and canaries of three operators in three states', async () => {
    const lab = await startLab();
    const read = readSettings(lab.environment);
    expect(read).toMatchObject({
      ok: true,
      settings: { MAILTLS_SMTP_PORT: lab.smtpPort, MAILTLS_ALLOW_PRIVATE: true },
    });
    const unknown = Object.keys(lab.environment).filter((name) => !Object.hasOwn(SETTINGS, name));
    expect(unknown).toStrictEqual(['NODE_EXTRA_CA_CERTS']);
    for (const hosts of Object.values(lab.canaries)) {
      expect(hosts.split(',').filter((host) => lab.addresses(host).length === 1)).toHaveLength(3);
    }
    await lab.close();
  });

  it('stands beside another one', async () => {
    const labs = await Promise.all([startLab(), startLab(), startLab()]);
    expect(new Set(labs.map(({ smtpPort }) => smtpPort)).size).toBe(3);
    await Promise.all(labs.map((lab) => lab.close()));
  });

  it('makes every flight pay its delay', async () => {
    const delayMs = 30;
    const lab = await startLab({ delayMs });
    const [ip = ''] = lab.addresses('mx.modern.example');
    const startedAt = performance.now();
    const socket = connect(lab.smtpPort, ip);
    await once(socket, 'data');
    const greetedAt = performance.now();
    expect(greetedAt - startedAt).toBeGreaterThanOrEqual(4 * delayMs);
    socket.write('EHLO client.example\r\n');
    await once(socket, 'data');
    expect(performance.now() - greetedAt).toBeGreaterThanOrEqual(2 * delayMs);
    socket.destroy();
    await lab.close();
  });

  it('leaves nothing listening behind', async () => {
    const lab = await startLab();
    const [ip = ''] = lab.addresses('mx.modern.example');
    await lab.close();
    await expect(once(connect(lab.smtpPort, ip), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(existsSync(lab.environment['NODE_EXTRA_CA_CERTS'] ?? '')).toBe(false);
  });

  it('has as many more domains as the bench asks for, on as many servers', async () => {
    const lab = await startLab({ bulk: { domains: 2000, servers: 40 } });
    const bulk = lab.sections.at(-1)?.domains ?? [];
    expect(bulk.filter(({ mx }) => mx !== undefined)).toHaveLength(2000);
    expect(bulk.at(-1)).toMatchObject({ name: 'd1999.bulk.example', mx: [[10, 'mx.operator-0039.example']] });
    expect(lab.addresses('mx.operator-0039.example')).toHaveLength(1);
    await lab.close();
  });
});

describe('npm run lab', () => {
  const program = fileURLToPath(new URL('./lab.ts', import.meta.url));

  it('lists every name and the settings to paste, until it is told to stop', async () => {
    const lab = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    for await (const line of createInterface(lab.stdout)) {
      lines.push(line);
      if (line === 'Ctrl-C ends it.') lab.kill('SIGINT');
    }
    const [status] = lab.exitCode === null ? await once(lab, 'exit') : [lab.exitCode];
    expect(status).toBe(0);
    for (const { name, shows } of domains) {
      expect(lines.some((line) => line.startsWith(`  ${name} `) && line.endsWith(shows))).toBe(true);
    }
    expect(lines).toContain("export MAILTLS_ALLOW_PRIVATE='true'");
  });

  it('with --json, prints the settings on one line', async () => {
    const lab = spawn(process.execPath, [program, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(lab.stdout), 'line');
    lab.kill('SIGTERM');
    expect(JSON.parse(String(line))).toMatchObject({ MAILTLS_TRUST_AD: 'true' });
    expect(await once(lab, 'exit')).toStrictEqual([0, null]);
  });

  it('refuses what it does not understand with status 64', async () => {
    const lab = spawn(process.execPath, [program, '--delay', 'long'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [words] = await once(createInterface(lab.stderr), 'line');
    expect(words).toMatch(/^usage: npm run lab/);
    expect(await once(lab, 'exit')).toStrictEqual([64, null]);
  });
});
