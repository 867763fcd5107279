// The package as strangers get it: packed, installed, used. `npm run test:package` builds it first.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { pool: 'forks', include: ['test/package/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
})
