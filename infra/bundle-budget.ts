/**
 * How large a door's bundle may be, in bytes as uploaded. `start` is what Lambda reads before the first event, on
 * every cold start; the rest is read when it is first needed, or while the first event is on its way. Raised on
 * purpose or not at all: whoever adds what makes one larger sees it here.
 */
import type { Metafile } from 'esbuild';

export interface BundleSize {
  readonly start: number;
  readonly all: number;
}

const KIB = 1024;

export const BUNDLE_BUDGETS = {
  http: { start: 470 * KIB, all: 590 * KIB },
  slack: { start: 490 * KIB, all: 635 * KIB },
  check: { start: 430 * KIB, all: 495 * KIB },
  probe: { start: 185 * KIB, all: 185 * KIB },
} as const satisfies Readonly<Record<string, BundleSize>>;

/** States how large a bundle is, by what esbuild says it wrote. Source maps do not count: only errors read them. */
export function bundleSize(metafile: Metafile): BundleSize {
  const code = Object.keys(metafile.outputs).filter((path) => path.endsWith('.mjs'));
  const bytesOf = (paths: Iterable<string>): number =>
    [...paths].reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0);
  return { start: bytesOf(startFiles(metafile)), all: bytesOf(code) };
}

/** The files that are read as the function starts: the door's own, and what each imports by a declaration. */
export function startFiles({ outputs }: Metafile): ReadonlySet<string> {
  const isDoor = (path: string): boolean => outputs[path]?.entryPoint?.endsWith('.handler.ts') === true;
  const started = new Set(Object.keys(outputs).filter(isDoor));
  for (const path of started) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[imported] !== undefined) started.add(imported);
    }
  }
  return started;
}
