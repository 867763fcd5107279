// Run as a process of its own, with and without --disallow-code-generation-from-strings: decodes the same pseudo-random
// messages of every definition and prints, a line each, whether code can be generated, and a digest of what was read.
import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { ROUTE_MESSAGES } from '../../src/route/index.ts'
import { bodyOf, outcome } from './attributes.ts'

const generates = (): boolean => {
  try {
    new Function('')
    return true
  } catch {
    return false
  }
}

process.stdout.write(`${generates() ? 'generated' : 'closures'}\n`)
for (const message of ROUTE_MESSAGES) {
  const hash = createHash('sha256')
  for (const body of fc.sample(bodyOf(message), { numRuns: 50, seed: 7 }))
    hash.update(inspect(outcome(message.decode, body), { depth: null, maxArrayLength: null, sorted: true }))
  process.stdout.write(`${message.name} ${hash.digest('hex')}\n`)
}
