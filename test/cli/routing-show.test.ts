// What `ip route`, `ip rule` and `ip nexthop` show is what iproute2 6.1 printed of the very same bytes, character for
// character: every fixture of theirs that shows something.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { play, readFixture } from './recorded.ts'

const root = join(import.meta.dirname ?? '', '../../fixtures')

const shown = ['route', 'rule', 'nexthop']
  .flatMap(area => readdirSync(join(root, area)).map(file => `${area}/${file}`))
  .filter(file => file.endsWith('.out'))
  .map(file => file.replace(/\.out$/, ''))
  .filter(name => / (show|get|list)( |$)/.test(readFixture(join(root, `${name}.hex`)).command))

describe('text and JSON are those of iproute2', () => {
  it('finds the fixtures', () => expect(shown.length).toBeGreaterThan(30))

  it.each(shown)('%s', async name => {
    const { out, err, status } = await play(readFixture(join(root, `${name}.hex`)))
    expect(err).toBe('')
    expect(out).toBe(readFileSync(join(root, `${name}.out`), 'utf8'))
    expect(status).toBe(0)
  })
})
