// docs/iproute2.md is made of the differential lists: it must be what they say.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DOCUMENT, document } from '../../scripts/iproute2-table.ts'

it("is up to date: 'npm run docs:iproute2' makes it", () => expect(readFileSync(DOCUMENT, 'utf8')).toBe(document()))
