// Requests by their bytes, as nl-dump code prints them: of generic netlink families, over a connection that speaks it.
import { afterAll, describe, expect, it } from 'vitest'
import { link, Netlink, NetlinkError, raw, UnsupportedError } from '../../src/index.ts'

const generic = Netlink.open({ protocol: 'generic' })
afterAll(() => generic.close())

const CTRL_CMD_NEWFAMILY = 1
const CTRL_CMD_GETFAMILY = 3
const NLCTRL_BY_NAME = '0b0002006e6c6374726c0000'

describe('raw.generic', () => {
  it('finds the family, and answers what is answered', async () => {
    const [answer] = await generic.run(
      raw.generic('nlctrl', { command: CTRL_CMD_GETFAMILY, flags: [], payload: NLCTRL_BY_NAME }),
    )
    expect(answer).toMatchObject({ command: CTRL_CMD_NEWFAMILY, version: 2 })
    expect(Buffer.from(answer!.payload).includes(Buffer.from(NLCTRL_BY_NAME, 'hex'))).toBe(true)
    const byNumber = generic.runSync(
      raw.generic(16, { command: CTRL_CMD_GETFAMILY, flags: ['ack'], payload: NLCTRL_BY_NAME }),
    )
    expect(byNumber).toEqual([answer])
  })

  it('lists, and runs in a batch', async () => {
    const families = await generic.run(raw.generic('nlctrl', { command: CTRL_CMD_GETFAMILY, flags: ['dump'] }))
    expect(families.length).toBeGreaterThan(0)
    const [one, two] = await generic.batch([
      raw.generic('nlctrl', { command: CTRL_CMD_GETFAMILY, flags: [], payload: NLCTRL_BY_NAME }),
      raw.generic(16, { command: CTRL_CMD_GETFAMILY, flags: [], payload: NLCTRL_BY_NAME }),
    ])
    expect(one).toEqual(two)
  })

  it('says which family there is not', async () => {
    const error = await generic.run(raw.generic('nosuch', { command: 1 })).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NetlinkError)
    expect((error as Error).message).toContain("cannot find the generic netlink family 'nosuch'")
  })

  it('refuses what it cannot write', () => {
    expect(() => raw.generic('nlctrl', { command: 256 })).toThrow('command must be a whole number up to 255, not 256')
    expect(() => raw.generic(70_000, { command: 1 })).toThrow('family must be a whole number up to 65535')
    expect(() => raw.generic('nlctrl', { command: 1, payload: 'abc' })).toThrow('even number of hexadecimal digits')
  })
})

describe('a connection to generic netlink', () => {
  it('tells no events', () => {
    expect(() => generic.subscribe(['link'])).toThrow(UnsupportedError)
  })

  it('is one of two', () => {
    expect(() => Netlink.open({ protocol: 'xfrm' as 'route' })).toThrow(
      "there is no protocol 'xfrm', only route, generic, netfilter",
    )
    using host = Netlink.open({ protocol: 'route' })
    expect(host.runSync(link.get('lo')).index).toBe(1)
  })
})
