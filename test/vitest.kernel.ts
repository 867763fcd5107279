// Tests against the running kernel, in the namespaces that scripts/in-sandbox.mjs makes. Forks, never threads: a
// namespace belongs to a thread. One file at a time: they share /run/netns.
import { defineConfig } from 'vitest/config'

if (process.env['NETLOOM_SANDBOX'] !== '1')
  throw new Error("these tests change networks: run them by 'npm run test:kernel', which makes namespaces for them")

export default defineConfig({
  test: {
    pool: 'forks',
    fileParallelism: false,
    include: ['test/**/*.kernel.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
