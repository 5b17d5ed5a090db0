/** What of others is in a deployment: exactly which versions, under which licences, and none of it run at installation. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  /** Comes within another package, under that one's digest. */
  readonly inBundle?: boolean;
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(await read('package.json'));
const { packages }: { packages: Readonly<Record<string, Locked>> } = JSON.parse(
  await read('package-lock.json'),
);
const locked = Object.entries(packages).filter(([path]) => path !== '');
const inProduction = locked.filter(([, { dev, optional }]) => dev !== true && optional !== true);
const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

test('every dependency is asked for in one exact version', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('every package in the lock file is known by its digest', () => {
  expect(locked.length).toBeGreaterThan(100);
  for (const [, { integrity }] of locked.filter(([, { inBundle }]) => inBundle !== true))
    expect(integrity).toMatch(/^sha512-/);
});

/** Licences that ask for no more than their text and their names to be kept. */
const PERMISSIVE = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD'];

test('what runs in production has a permissive licence', () => {
  expect(inProduction.length).toBeGreaterThan(50);
  const others = inProduction
    .filter(([, { license = 'none' }]) => !PERMISSIVE.includes(license))
    .map(([path, { license }]) => `${nameOf(path)}: ${license}`);
  expect(others).toEqual([]);
});

test('installation runs no program of a dependency, and those that have one work without', async () => {
  expect((await read('.npmrc')).split('\n')).toContain('ignore-scripts=true');
  const withScript = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(withScript.map(([path]) => nameOf(path)).toSorted()).toEqual([
    // Of the embedded store: its compiled part is in the package.
    'classic-level',
    // Takes its program from a package of the platform.
    'esbuild',
  ]);
});

test('npm run sbom lists every package, with its licence', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly licenses?: readonly object[];
  }
  const bom: { bomFormat: string; components: readonly Component[] } = JSON.parse(stdout);
  expect(bom.bomFormat).toBe('CycloneDX');
  // npm's own --omit=dev also omits what production shares with tools, so tools are listed too.
  const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
  expect(listed).toEqual(
    expect.arrayContaining(locked.map(([path, { version }]) => `${nameOf(path)}@${version}`)),
  );
  for (const { licenses = [] } of bom.components) expect(licenses.length).toBeGreaterThan(0);
});
