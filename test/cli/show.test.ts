// What `show` prints is what iproute2 6.1 printed of the very same bytes, character for character: every fixture of
// links, addresses, neighbours, bridges, statistics, the story and namespaces whose command shows what we show.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { play, readFixture } from './recorded.ts'

const root = join(import.meta.dirname ?? '', '../../fixtures')

/** A show of what there is, and not a change or another object's. */
const IP_OBJECT =
  '(link|addr|a|l)( show| list| xstats| afstats|$)|netns list-id|(neigh|ntable|netconf|addrlabel|token|stats) (show|list|get)'
const SHOWN = new RegExp(
  `^(ip( -(j|d|s|br|o|4|6|p|n ns1|f inet6?))* (${IP_OBJECT})|bridge( -(d|s|j|com))* (link|(fdb|mdb|vni|vlan( global)?) (show|get)|vlan tunnelshow))`,
)
/** The kernel says no, or there is none. */
const REFUSED = ['bridge/vlan-global-show', 'neighbour/get-missing']

/** What of the output cannot be had from the recorded bytes, and why. */
const EXCEPTIONS: Readonly<Record<string, (out: string) => string>> = {
  // What the program is, `ip` asks by bpf(2).
  'link/show-xdp': out => out.replace(/(prog\/xdp id \d+) .*/, '$1 '),
  // `ip` asks for the length of the queue by an ioctl: IPv6's list of links lacks it. (We ask for the full list too.)
  'address/show-inet6': out => out.replaceAll('qlen 1000', ''),
  // How long ago something was is told as a time of day.
  'neighbour/table-show-statistics': out => out.replace(/(last_\w+) \S+ \S+/g, '$1 THEN'),
}

const shown = ['link', 'kind', 'address', 'neighbour', 'bridge', 'stats', 'story', 'netns']
  .flatMap(area => readdirSync(join(root, area)).map(file => `${area}/${file}`))
  .filter(file => file.endsWith('.out'))
  .map(file => file.replace(/\.out$/, ''))
  .filter(name => !REFUSED.includes(name))
  .filter(name => existsSync(join(root, `${name}.hex`)) && SHOWN.test(readFixture(join(root, `${name}.hex`)).command))
  .sort()

describe('text and JSON are those of iproute2', () => {
  it('finds the fixtures', () => expect(shown.length).toBeGreaterThan(35))

  it.each(shown)('%s', async name => {
    const fixture = readFixture(join(root, `${name}.hex`))
    const { out, err, status } = await play(fixture)
    expect(err).toBe('')
    const printed = readFileSync(join(root, `${name}.out`), 'utf8')
    const plain = EXCEPTIONS[name] ?? (text => text)
    expect(plain(out)).toBe(plain(printed))
    expect(status).toBe(0)
  })
})

describe('what is not there', () => {
  it('link/show-missing', async () => {
    const { out, err, status } = await play(readFixture(join(root, 'link/show-missing.hex')))
    expect(out).toBe('')
    expect(err.split('\n')[0]).toBe('Device "nosuch" does not exist.')
    expect(status).toBe(1)
  })
})
