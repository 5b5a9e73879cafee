import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

// `npx vite apps/console` serves it while it is worked on, in front of a Flightdeck on 8080.
const API = process.env.FLIGHTDECK_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: at('.'),
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: at('../../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Nothing is inlined into the page: the content security policy lets no inline script run.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: Object.fromEntries(['/v1', '/docs', '/openapi.json', '/healthz'].map((p) => [p, API])) },
});
