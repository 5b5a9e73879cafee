// Builds the Lambda function of ingestion: one file with everything in it, for a cold start reads what it is given.
import { rspack } from '@rspack/core';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const LAMBDA_FILE = 'dist/apps/ingest/lambda/index.mjs';
/** What the function may be, unzipped. */
export const LAMBDA_BYTES_MAX = 5 * 1024 * 1024;

/** @throws when it does not build, or is larger than it may be. */
export async function buildLambda() {
  const stats = await new Promise((done, failed) => {
    rspack(options(), (error, built) => (error ? failed(error) : done(built)));
  });
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: 'errors-only' }));
  const { size } = statSync(LAMBDA_FILE);
  if (size >= LAMBDA_BYTES_MAX)
    throw new Error(`${LAMBDA_FILE} has ${size} bytes; it may have ${LAMBDA_BYTES_MAX}.`);
  return size;
}

function options() {
  return {
    entry: resolve('apps/ingest/src/lambda/main.ts'),
    target: 'node20',
    mode: 'production',
    devtool: false,
    output: {
      path: resolve('dist/apps/ingest/lambda'),
      filename: 'index.mjs',
      module: true,
      library: { type: 'module' },
      chunkFormat: 'module',
      asyncChunks: false,
    },
    experiments: { outputModule: true },
    resolve: {
      extensions: ['.ts', '.js'],
      extensionAlias: { '.js': ['.ts', '.js'] },
      tsConfig: resolve('tsconfig.json'),
    },
    module: {
      // `import.meta.url` stays what Node says it is.
      parser: {
        javascript: {
          exportsPresence: 'error',
          importMeta: false,
          url: false,
          worker: false,
          dynamicImportMode: 'eager',
        },
      },
      rules: [
        {
          test: /\.ts$/,
          exclude: /node_modules/,
          type: 'javascript/esm',
          // Front doors lead to everything behind them; only what is used is taken in.
          sideEffects: false,
          use: [
            {
              loader: 'builtin:swc-loader',
              options: {
                jsc: {
                  parser: { syntax: 'typescript', decorators: true },
                  transform: { legacyDecorator: true, decoratorMetadata: true },
                  target: 'es2022',
                  keepClassNames: true,
                },
              },
            },
          ],
        },
      ],
    },
    // Nothing of Nest gets in: an import of more than this fails the build.
    plugins: [
      new rspack.NormalModuleReplacementPlugin(
        /^@flightdeck\/platform$/,
        resolve('libs/platform/src/plain.ts'),
      ),
    ],
    optimization: { nodeEnv: false, splitChunks: false, runtimeChunk: false },
    performance: false,
  };
}

if (process.argv[1] === join(import.meta.dirname, 'build-lambda.mjs')) console.log(await buildLambda());
