import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['__test__/**/*.test.ts'],
    testTimeout: 60_000,
    // The concurrent tests each start a process.
    maxConcurrency: 2,
    // Tests import the package by its own name; what that resolves to is built, and must run as Node would run it.
    server: { deps: { external: [/\/dist\/index\.(c?js)$/] } },
  },
});
