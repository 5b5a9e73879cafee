import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';

/** TypeScript made runnable in a process of its own, without a build. */
export interface Transpiled {
  /** The JavaScript of a source file, by its path in the source folder. */
  file(source: string): string;
  dispose(): void;
}

/** Transpiles a folder of sources that import only one another and npm packages. Specs stay behind. */
export function transpile(folder: string): Transpiled {
  const root = mkdtempSync(join(tmpdir(), 'flightdeck-transpiled-'));
  const file = (source: string): string => join(root, source.replace(/\.ts$/, '.js'));
  for (const source of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!source.endsWith('.ts') || source.endsWith('.spec.ts')) continue;
    const { code } = transformSync(readFileSync(join(folder, source), 'utf8'), {
      configFile: false,
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    mkdirSync(dirname(file(source)), { recursive: true });
    writeFileSync(file(source), code);
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
  return { file, dispose: () => rmSync(root, { recursive: true, force: true }) };
}
