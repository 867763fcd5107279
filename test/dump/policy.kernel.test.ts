// nl-dump policy: what the kernel accepts, beside what iproute2's genl prints of it.
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'

async function policy(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await run(['policy', ...argv], {
    version: '',
    colors: false,
    open: () => {
      throw new Error('nothing is to be read')
    },
    out: async text => void (out += text),
    err: text => void (err += text),
  })
  return { status, out, err }
}

interface Attribute {
  readonly attribute: number
  readonly type: string
}
interface Operation {
  readonly command: number
  readonly do?: readonly Attribute[]
  readonly dump?: readonly Attribute[]
}

/** `1 U16` of each attribute, by command. */
function genl(family: string): Map<number, readonly string[]> {
  const { stdout } = spawnSync('genl', ['ctrl', 'policy', 'name', family], { encoding: 'utf8' })
  const policies = new Map<string, string[]>()
  for (const [, index, attribute, type] of stdout.matchAll(/policy\[(\d+)\]:attr\[(\d+)\]: type=(\w+)/g))
    policies.set(index!, [...(policies.get(index!) ?? []), `${attribute} ${type}`])
  // A command that only dumps stands there without its number.
  const commands = [...stdout.matchAll(/op ([1-9]\d*) policies:(?: do=(\d+))/g)]
  return new Map(commands.map(([, command, doing]) => [Number(command), policies.get(doing!) ?? []]))
}

const { stdout: listed } = spawnSync('genl', ['ctrl', 'list'], { encoding: 'utf8' })
const families = [...listed.matchAll(/^Name: (\S+)/gm)].map(([, name]) => name!)

describe('nl-dump policy', () => {
  it.each(families)('of %s has what genl has', async family => {
    const { status, out } = await policy('--json', family)
    expect(status).toBe(0)
    const { operations } = JSON.parse(out) as { operations: readonly Operation[] }
    const ours = operations
      .filter(operation => operation.do)
      .map(({ command, do: attributes }) => [
        command,
        // genl of iproute2 6.1 does not know the types of Linux 6.7.
        attributes!.map(
          ({ attribute, type }) => `${attribute} ${/^[su]int$/.test(type) ? 'unknown' : type.toUpperCase()}`,
        ),
      ])
    expect(new Map(ours as [number, string[]][])).toEqual(genl(family))
    expect(ours.length).toBeGreaterThan(0)
  })

  it('is a tree with names, nests and ranges', async () => {
    expect((await policy('nlctrl')).out).toMatch(
      /^nlctrl {2}id 16, version \d+\n {2}CTRL_CMD_GETFAMILY \(3\) {2}do, dump\n/,
    )
    const { status, out, err } = await policy('ethtool', 'rings-set')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/^ {2}ETHTOOL_MSG_RINGS_SET \(16\) {2}do {2}needs CAP_NET_ADMIN/m)
    expect(out).toMatch(/^ {4}ETHTOOL_A_RINGS_HEADER \(1\) +nested\n {6}ETHTOOL_A_HEADER_DEV_INDEX \(1\) {2}u32$/m)
    expect(out).toMatch(/^ {4}ETHTOOL_A_RINGS_RX_BUF_LEN \(10\) +u32, 1 to 4294967295$/m)
    expect((await policy('ethtool', '16')).out).toBe(out)
    expect((await policy('ethtool', 'ETHTOOL_MSG_RINGS_SET')).out).toBe(out)
  })

  it('shows what a command only dumps', async () => {
    expect((await policy('nlctrl', '10')).out).toMatch(
      /CTRL_CMD_GETPOLICY \(10\) {2}dump\n(?: {4}.*\n)*? {4}CTRL_ATTR_OP \(10\) +u32/,
    )
  })

  it('says what there is where something is not', async () => {
    const family = await policy('ethtol')
    expect(family.status).toBe(1)
    expect(family.err).toMatch(
      /^nl-dump: policy: the kernel has no generic netlink family 'ethtol': did you mean 'ethtool'\? \(there are nlctrl, /,
    )
    const command = await policy('ethtool', 'rings-sat')
    expect(command.status).toBe(1)
    expect(command.err).toContain(
      "has no command 'rings-sat': did you mean 'RINGS_SET'? (there are ETHTOOL_MSG_STRSET_GET",
    )
    expect(await policy()).toMatchObject({ status: 2, err: expect.stringContaining('one family is wanted') })
  })
})
