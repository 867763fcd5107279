// Links as calls of the library.
import type { Fields } from '../../../netlink/codec.ts'
import * as link from '../../../ops/link.ts'
import { type Asked, type Mappings, optionsOf, type Reversal, same, silent } from './row.ts'

/** IFF_* and the option that they are; `false` where the flag means that it is off. */
const LINK_FLAGS = [
  ['up', 'up', true],
  ['noarp', 'arp', false],
  ['multicast', 'multicast', true],
  ['allmulti', 'allMulticast', true],
  ['promisc', 'promiscuous', true],
  ['dynamic', 'dynamic', true],
] as const

function linkFlags({ flags, change }: Fields): Fields {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
  return Object.fromEntries(
    LINK_FLAGS.filter(([flag]) => list(change).includes(flag)).map(([flag, option, when]) => [
      option,
      list(flags).includes(flag) === when,
    ]),
  )
}

const LINK_SETTINGS: Mappings = {
  ...same('mtu', 'address', 'broadcast', 'txQueueLength', 'group', 'alias', 'carrier', 'protoDown', 'name', 'link'),
  ...{ numTxQueues: 'txQueues', numRxQueues: 'rxQueues' },
  master: (index: number) => ({ master: index === 0 ? null : index }),
  netnsFd: (fd: number) => ({ netns: { fd } }),
  netnsPid: (pid: number) => ({ netns: { pid } }),
}
const LINK_HEADER: Mappings = { ...silent('flags', 'change') }

interface LinkInfo {
  readonly kind?: string
  readonly data?: Fields & { readonly peer?: Asked }
  readonly slaveKind?: string
  readonly slaveData?: Fields
}

/** The kind and its options; a pair's other end becomes `peer`. */
function newKind({ kind, data }: LinkInfo): Fields {
  if (!data || data instanceof Uint8Array) return { kind, data }
  const { peer, ...rest } = data
  const other = peer && optionsOf(peer.attributes, LINK_SETTINGS, peer)
  return {
    kind,
    data: Object.keys(rest).length > 0 ? rest : undefined,
    peer: other && { ...other, ...linkFlags(peer.header) },
  }
}

const changedKind = ({ kind, data, slaveKind, slaveData }: LinkInfo): Fields => ({
  ...{ kind, data },
  port: slaveKind === undefined ? undefined : { kind: slaveKind, data: slaveData },
})

/** The index in the header, and what is set. */
const ofLink = (make: Reversal['make'], call: string, type: string): Reversal => ({
  ...{ call, type, flags: '', make },
  arguments(asked) {
    const { index, ...header } = asked.header
    const options = optionsOf(asked.attributes, { ...LINK_SETTINGS, linkInfo: changedKind }, asked)
    return index && options && optionsOf(header, LINK_HEADER, asked)
      ? [index, { ...options, ...linkFlags(header) }]
      : undefined
  },
})

const alternativeNames = (
  call: string,
  make: Reversal['make'],
  [type, flags]: readonly [type: string, flags: string],
): Reversal => ({
  ...{ call, type, flags, make },
  arguments: ({ header, attributes }) => [
    header['index'],
    (attributes['propList'] as Fields | undefined)?.['altNames'],
  ],
})

export const LINKS: readonly Reversal[] = [
  {
    ...{ call: 'link.add', type: 'RTM_NEWLINK', flags: 'excl|create', make: link.add },
    arguments(asked) {
      const options = optionsOf(asked.attributes, { ...LINK_SETTINGS, linkInfo: newKind }, asked)
      const header = optionsOf(asked.header, { ...LINK_HEADER, index: 'index' }, asked)
      return options && header && [{ ...options, ...header, ...linkFlags(asked.header) }]
    },
  },
  ofLink(link.set, 'link.set', 'RTM_NEWLINK'),
  ofLink(link.set, 'link.set', 'RTM_SETLINK'),
  {
    ...{ call: 'link.delete', type: 'RTM_DELLINK', flags: '', make: link.delete },
    arguments: ({ header }) => (header['index'] ? [header['index']] : undefined),
  },
  {
    ...{ call: 'link.get', type: 'RTM_GETLINK', flags: '', make: link.get },
    arguments: ({ header, attributes }) => [attributes['name'] ?? attributes['altName'] ?? header['index']],
  },
  {
    ...{ call: 'link.list', type: 'RTM_GETLINK', flags: 'dump', make: link.list },
    arguments: ({ attributes }) => [
      {
        master: attributes['master'],
        kind: (attributes['linkInfo'] as LinkInfo | undefined)?.kind,
        statistics: !(attributes['extMask'] as readonly unknown[] | undefined)?.includes('skip_stats'),
      },
    ],
  },
  {
    ...{ call: 'link.setGroup', type: 'RTM_NEWLINK', flags: '', make: link.setGroup },
    arguments(asked) {
      const { group, ...others } = asked.attributes
      const options = optionsOf(others, LINK_SETTINGS, asked)
      return group !== undefined && options ? [group, { ...options, ...linkFlags(asked.header) }] : undefined
    },
  },
  {
    ...{ call: 'link.deleteGroup', type: 'RTM_DELLINK', flags: '', make: link.deleteGroup },
    arguments: ({ attributes }) => (attributes['group'] === undefined ? undefined : [attributes['group']]),
  },
  alternativeNames('link.addAltNames', link.addAltNames, ['RTM_NEWLINKPROP', 'excl|create|append']),
  alternativeNames('link.deleteAltNames', link.deleteAltNames, ['RTM_DELLINKPROP', '']),
]
