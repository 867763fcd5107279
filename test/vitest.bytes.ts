// Message bytes, codecs, nl-dump on files: no privileges, no Linux, no koffi.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.kernel.test.ts', 'test/package/**'],
    testTimeout: 60_000,
  },
})
