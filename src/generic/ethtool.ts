// What ethtool asks devices (family `ethtool`): link, features, rings, channels, coalescing, pause, time stamping.
// include/uapi/linux/ethtool_netlink.h (in newer kernels ethtool_netlink_generated.h); net/ethtool/*.c.
// Requests and answers number their commands apart, so each object is two messages.
import { bool, bytes, enumeration, flag, flags, s32, string, u8, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import type { Rows, Table } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { genlmsghdr } from './genlmsghdr.ts'

/** A message for what we send and one for what the kernel sends, over the same table. */
const both = <
  const Q extends Readonly<Record<string, number>>,
  const A extends Readonly<Record<string, number>>,
  R extends Rows,
>(
  name: string,
  requests: Q,
  replies: A,
  table: Table<R>,
) => ({
  request: message(`${name} request`, requests, genlmsghdr(requests), table),
  reply: message(name, replies, genlmsghdr(replies), table),
})

// ── what all requests have ─────────────────────────────────────────────────

const ETHTOOL_FLAG = words('request flag (ETHTOOL_FLAG_*)', { compact_bitsets: 1, omit_reply: 2, stats: 4 })
const HEADER = attributes('ETHTOOL_A_HEADER', () => ({
  index: [1, 'ETHTOOL_A_HEADER_DEV_INDEX', u32],
  name: [2, 'ETHTOOL_A_HEADER_DEV_NAME', string],
  flags: [3, 'ETHTOOL_A_HEADER_FLAGS', flags(u32, ETHTOOL_FLAG)],
  // Since Linux 6.11.
  phyIndex: [4, 'ETHTOOL_A_HEADER_PHY_INDEX', u32],
}))
/** The device that is meant. */
const header = flaggedNest(HEADER)

const BIT = attributes('ETHTOOL_A_BITSET_BIT', () => ({
  index: [1, 'ETHTOOL_A_BITSET_BIT_INDEX', u32],
  name: [2, 'ETHTOOL_A_BITSET_BIT_NAME', string],
  value: [3, 'ETHTOOL_A_BITSET_BIT_VALUE', flag],
}))
const BITS = attributes('ETHTOOL_A_BITSET_BITS', () => ({
  bits: [1, 'ETHTOOL_A_BITSET_BITS_BIT', many(flaggedNest(BIT))],
}))
const BITSET = attributes('ETHTOOL_A_BITSET', () => ({
  /** A list of what is set, not of what is to change. */
  noMask: [1, 'ETHTOOL_A_BITSET_NOMASK', flag],
  size: [2, 'ETHTOOL_A_BITSET_SIZE', u32],
  bits: [3, 'ETHTOOL_A_BITSET_BITS', flaggedNest(BITS)],
  /** The compact form: 32-bit words. */
  value: [4, 'ETHTOOL_A_BITSET_VALUE', bytes],
  mask: [5, 'ETHTOOL_A_BITSET_MASK', bytes],
}))
/** Bits with names, or as words where ETHTOOL_FLAG_COMPACT_BITSETS is set. */
const bitset = flaggedNest(BITSET)

// ── the names of bits ──────────────────────────────────────────────────────

const STRING = attributes('ETHTOOL_A_STRING', () => ({
  index: [1, 'ETHTOOL_A_STRING_INDEX', u32],
  value: [2, 'ETHTOOL_A_STRING_VALUE', string],
}))
const STRINGS = attributes('ETHTOOL_A_STRINGS', () => ({
  strings: [1, 'ETHTOOL_A_STRINGS_STRING', many(flaggedNest(STRING))],
}))
const STRINGSET = attributes('ETHTOOL_A_STRINGSET', () => ({
  id: [1, 'ETHTOOL_A_STRINGSET_ID', u32],
  count: [2, 'ETHTOOL_A_STRINGSET_COUNT', u32],
  strings: [3, 'ETHTOOL_A_STRINGSET_STRINGS', flaggedNest(STRINGS)],
}))
const STRINGSETS = attributes('ETHTOOL_A_STRINGSETS', () => ({
  sets: [1, 'ETHTOOL_A_STRINGSETS_STRINGSET', many(flaggedNest(STRINGSET))],
}))
export const STRSET = attributes('ETHTOOL_A_STRSET', () => ({
  header: [1, 'ETHTOOL_A_STRSET_HEADER', header],
  sets: [2, 'ETHTOOL_A_STRSET_STRINGSETS', flaggedNest(STRINGSETS)],
  countsOnly: [3, 'ETHTOOL_A_STRSET_COUNTS_ONLY', flag],
}))
export const strsetMessages = both(
  'ethtool strset',
  { ETHTOOL_MSG_STRSET_GET: 1 },
  { ETHTOOL_MSG_STRSET_GET_REPLY: 1 },
  STRSET,
)

// ── the objects ────────────────────────────────────────────────────────────

/** PORT_*: include/uapi/linux/ethtool.h. */
const PORT = words('port (PORT_*)', { tp: 0, aui: 1, mii: 2, fibre: 3, bnc: 4, da: 5, none: 0xef, other: 0xff })
const DUPLEX = words('duplex (DUPLEX_*)', { half: 0, full: 1, unknown: 0xff })
const PAUSE_STAT = attributes('ETHTOOL_A_PAUSE_STAT', () => ({
  _pad: [1, 'ETHTOOL_A_PAUSE_STAT_PAD', bytes],
  txFrames: [2, 'ETHTOOL_A_PAUSE_STAT_TX_FRAMES', u64],
  rxFrames: [3, 'ETHTOOL_A_PAUSE_STAT_RX_FRAMES', u64],
}))

/** `ethtool DEV`: the port. */
export const LINKINFO = attributes('ETHTOOL_A_LINKINFO', () => ({
  header: [1, 'ETHTOOL_A_LINKINFO_HEADER', header],
  port: [2, 'ETHTOOL_A_LINKINFO_PORT', enumeration(u8, PORT)],
  phyaddr: [3, 'ETHTOOL_A_LINKINFO_PHYADDR', u8],
  tpMdix: [4, 'ETHTOOL_A_LINKINFO_TP_MDIX', u8],
  tpMdixCtrl: [5, 'ETHTOOL_A_LINKINFO_TP_MDIX_CTRL', u8],
  transceiver: [6, 'ETHTOOL_A_LINKINFO_TRANSCEIVER', u8],
}))
export const linkinfoMessages = both(
  'ethtool linkinfo',
  { ETHTOOL_MSG_LINKINFO_GET: 2, ETHTOOL_MSG_LINKINFO_SET: 3 },
  { ETHTOOL_MSG_LINKINFO_GET_REPLY: 2, ETHTOOL_MSG_LINKINFO_NTF: 3 },
  LINKINFO,
)

/** `ethtool DEV`: speeds. The speed in megabits a second. */
export const LINKMODES = attributes('ETHTOOL_A_LINKMODES', () => ({
  header: [1, 'ETHTOOL_A_LINKMODES_HEADER', header],
  autoneg: [2, 'ETHTOOL_A_LINKMODES_AUTONEG', bool],
  ours: [3, 'ETHTOOL_A_LINKMODES_OURS', bitset],
  peer: [4, 'ETHTOOL_A_LINKMODES_PEER', bitset],
  speed: [5, 'ETHTOOL_A_LINKMODES_SPEED', u32],
  duplex: [6, 'ETHTOOL_A_LINKMODES_DUPLEX', enumeration(u8, DUPLEX)],
  masterSlaveCfg: [7, 'ETHTOOL_A_LINKMODES_MASTER_SLAVE_CFG', u8],
  masterSlaveState: [8, 'ETHTOOL_A_LINKMODES_MASTER_SLAVE_STATE', u8],
  lanes: [9, 'ETHTOOL_A_LINKMODES_LANES', u32],
  rateMatching: [10, 'ETHTOOL_A_LINKMODES_RATE_MATCHING', u8],
}))
export const linkmodesMessages = both(
  'ethtool linkmodes',
  { ETHTOOL_MSG_LINKMODES_GET: 4, ETHTOOL_MSG_LINKMODES_SET: 5 },
  { ETHTOOL_MSG_LINKMODES_GET_REPLY: 4, ETHTOOL_MSG_LINKMODES_NTF: 5 },
  LINKMODES,
)

export const LINKSTATE = attributes('ETHTOOL_A_LINKSTATE', () => ({
  header: [1, 'ETHTOOL_A_LINKSTATE_HEADER', header],
  link: [2, 'ETHTOOL_A_LINKSTATE_LINK', bool],
  sqi: [3, 'ETHTOOL_A_LINKSTATE_SQI', u32],
  sqiMax: [4, 'ETHTOOL_A_LINKSTATE_SQI_MAX', u32],
  extState: [5, 'ETHTOOL_A_LINKSTATE_EXT_STATE', u8],
  extSubstate: [6, 'ETHTOOL_A_LINKSTATE_EXT_SUBSTATE', u8],
  // Since Linux 6.5.
  extDownCnt: [7, 'ETHTOOL_A_LINKSTATE_EXT_DOWN_CNT', u32],
}))
export const linkstateMessages = both(
  'ethtool linkstate',
  { ETHTOOL_MSG_LINKSTATE_GET: 6 },
  { ETHTOOL_MSG_LINKSTATE_GET_REPLY: 6 },
  LINKSTATE,
)

export const DEBUG = attributes('ETHTOOL_A_DEBUG', () => ({
  header: [1, 'ETHTOOL_A_DEBUG_HEADER', header],
  msgmask: [2, 'ETHTOOL_A_DEBUG_MSGMASK', bitset],
}))
export const debugMessages = both(
  'ethtool debug',
  { ETHTOOL_MSG_DEBUG_GET: 7, ETHTOOL_MSG_DEBUG_SET: 8 },
  { ETHTOOL_MSG_DEBUG_GET_REPLY: 7, ETHTOOL_MSG_DEBUG_NTF: 8 },
  DEBUG,
)

export const WOL = attributes('ETHTOOL_A_WOL', () => ({
  header: [1, 'ETHTOOL_A_WOL_HEADER', header],
  modes: [2, 'ETHTOOL_A_WOL_MODES', bitset],
  sopass: [3, 'ETHTOOL_A_WOL_SOPASS', bytes],
}))
export const wolMessages = both(
  'ethtool wol',
  { ETHTOOL_MSG_WOL_GET: 9, ETHTOOL_MSG_WOL_SET: 10 },
  { ETHTOOL_MSG_WOL_GET_REPLY: 9, ETHTOOL_MSG_WOL_NTF: 10 },
  WOL,
)

export const FEATURES = attributes('ETHTOOL_A_FEATURES', () => ({
  header: [1, 'ETHTOOL_A_FEATURES_HEADER', header],
  hw: [2, 'ETHTOOL_A_FEATURES_HW', bitset],
  wanted: [3, 'ETHTOOL_A_FEATURES_WANTED', bitset],
  active: [4, 'ETHTOOL_A_FEATURES_ACTIVE', bitset],
  nochange: [5, 'ETHTOOL_A_FEATURES_NOCHANGE', bitset],
}))
export const featuresMessages = both(
  'ethtool features',
  { ETHTOOL_MSG_FEATURES_GET: 11, ETHTOOL_MSG_FEATURES_SET: 12 },
  { ETHTOOL_MSG_FEATURES_GET_REPLY: 11, ETHTOOL_MSG_FEATURES_SET_REPLY: 12, ETHTOOL_MSG_FEATURES_NTF: 13 },
  FEATURES,
)

export const PRIVFLAGS = attributes('ETHTOOL_A_PRIVFLAGS', () => ({
  header: [1, 'ETHTOOL_A_PRIVFLAGS_HEADER', header],
  flags: [2, 'ETHTOOL_A_PRIVFLAGS_FLAGS', bitset],
}))
export const privflagsMessages = both(
  'ethtool privflags',
  { ETHTOOL_MSG_PRIVFLAGS_GET: 13, ETHTOOL_MSG_PRIVFLAGS_SET: 14 },
  { ETHTOOL_MSG_PRIVFLAGS_GET_REPLY: 14, ETHTOOL_MSG_PRIVFLAGS_NTF: 15 },
  PRIVFLAGS,
)

export const RINGS = attributes('ETHTOOL_A_RINGS', () => ({
  header: [1, 'ETHTOOL_A_RINGS_HEADER', header],
  rxMax: [2, 'ETHTOOL_A_RINGS_RX_MAX', u32],
  rxMiniMax: [3, 'ETHTOOL_A_RINGS_RX_MINI_MAX', u32],
  rxJumboMax: [4, 'ETHTOOL_A_RINGS_RX_JUMBO_MAX', u32],
  txMax: [5, 'ETHTOOL_A_RINGS_TX_MAX', u32],
  rx: [6, 'ETHTOOL_A_RINGS_RX', u32],
  rxMini: [7, 'ETHTOOL_A_RINGS_RX_MINI', u32],
  rxJumbo: [8, 'ETHTOOL_A_RINGS_RX_JUMBO', u32],
  tx: [9, 'ETHTOOL_A_RINGS_TX', u32],
  rxBufLen: [10, 'ETHTOOL_A_RINGS_RX_BUF_LEN', u32],
  tcpDataSplit: [11, 'ETHTOOL_A_RINGS_TCP_DATA_SPLIT', u8],
  cqeSize: [12, 'ETHTOOL_A_RINGS_CQE_SIZE', u32],
  txPush: [13, 'ETHTOOL_A_RINGS_TX_PUSH', bool],
  // Since Linux 6.3, 6.4 and 6.14.
  rxPush: [14, 'ETHTOOL_A_RINGS_RX_PUSH', bool],
  txPushBufLen: [15, 'ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN', u32],
  txPushBufLenMax: [16, 'ETHTOOL_A_RINGS_TX_PUSH_BUF_LEN_MAX', u32],
  hdsThresh: [17, 'ETHTOOL_A_RINGS_HDS_THRESH', u32],
  hdsThreshMax: [18, 'ETHTOOL_A_RINGS_HDS_THRESH_MAX', u32],
}))
export const ringsMessages = both(
  'ethtool rings',
  { ETHTOOL_MSG_RINGS_GET: 15, ETHTOOL_MSG_RINGS_SET: 16 },
  { ETHTOOL_MSG_RINGS_GET_REPLY: 16, ETHTOOL_MSG_RINGS_NTF: 17 },
  RINGS,
)

export const CHANNELS = attributes('ETHTOOL_A_CHANNELS', () => ({
  header: [1, 'ETHTOOL_A_CHANNELS_HEADER', header],
  rxMax: [2, 'ETHTOOL_A_CHANNELS_RX_MAX', u32],
  txMax: [3, 'ETHTOOL_A_CHANNELS_TX_MAX', u32],
  otherMax: [4, 'ETHTOOL_A_CHANNELS_OTHER_MAX', u32],
  combinedMax: [5, 'ETHTOOL_A_CHANNELS_COMBINED_MAX', u32],
  rxCount: [6, 'ETHTOOL_A_CHANNELS_RX_COUNT', u32],
  txCount: [7, 'ETHTOOL_A_CHANNELS_TX_COUNT', u32],
  otherCount: [8, 'ETHTOOL_A_CHANNELS_OTHER_COUNT', u32],
  combinedCount: [9, 'ETHTOOL_A_CHANNELS_COMBINED_COUNT', u32],
}))
export const channelsMessages = both(
  'ethtool channels',
  { ETHTOOL_MSG_CHANNELS_GET: 17, ETHTOOL_MSG_CHANNELS_SET: 18 },
  { ETHTOOL_MSG_CHANNELS_GET_REPLY: 18, ETHTOOL_MSG_CHANNELS_NTF: 19 },
  CHANNELS,
)

/** `ethtool -c`: times in microseconds. */
export const COALESCE = attributes('ETHTOOL_A_COALESCE', () => ({
  header: [1, 'ETHTOOL_A_COALESCE_HEADER', header],
  rxUsecs: [2, 'ETHTOOL_A_COALESCE_RX_USECS', u32],
  rxMaxFrames: [3, 'ETHTOOL_A_COALESCE_RX_MAX_FRAMES', u32],
  rxUsecsIrq: [4, 'ETHTOOL_A_COALESCE_RX_USECS_IRQ', u32],
  rxMaxFramesIrq: [5, 'ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ', u32],
  txUsecs: [6, 'ETHTOOL_A_COALESCE_TX_USECS', u32],
  txMaxFrames: [7, 'ETHTOOL_A_COALESCE_TX_MAX_FRAMES', u32],
  txUsecsIrq: [8, 'ETHTOOL_A_COALESCE_TX_USECS_IRQ', u32],
  txMaxFramesIrq: [9, 'ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ', u32],
  statsBlockUsecs: [10, 'ETHTOOL_A_COALESCE_STATS_BLOCK_USECS', u32],
  useAdaptiveRx: [11, 'ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX', bool],
  useAdaptiveTx: [12, 'ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX', bool],
  pktRateLow: [13, 'ETHTOOL_A_COALESCE_PKT_RATE_LOW', u32],
  rxUsecsLow: [14, 'ETHTOOL_A_COALESCE_RX_USECS_LOW', u32],
  rxMaxFramesLow: [15, 'ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW', u32],
  txUsecsLow: [16, 'ETHTOOL_A_COALESCE_TX_USECS_LOW', u32],
  txMaxFramesLow: [17, 'ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW', u32],
  pktRateHigh: [18, 'ETHTOOL_A_COALESCE_PKT_RATE_HIGH', u32],
  rxUsecsHigh: [19, 'ETHTOOL_A_COALESCE_RX_USECS_HIGH', u32],
  rxMaxFramesHigh: [20, 'ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH', u32],
  txUsecsHigh: [21, 'ETHTOOL_A_COALESCE_TX_USECS_HIGH', u32],
  txMaxFramesHigh: [22, 'ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH', u32],
  rateSampleInterval: [23, 'ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL', u32],
  useCqeModeTx: [24, 'ETHTOOL_A_COALESCE_USE_CQE_MODE_TX', bool],
  useCqeModeRx: [25, 'ETHTOOL_A_COALESCE_USE_CQE_MODE_RX', bool],
  // Since Linux 6.3.
  txAggrMaxBytes: [26, 'ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES', u32],
  txAggrMaxFrames: [27, 'ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES', u32],
  txAggrTimeUsecs: [28, 'ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS', u32],
}))
export const coalesceMessages = both(
  'ethtool coalesce',
  { ETHTOOL_MSG_COALESCE_GET: 19, ETHTOOL_MSG_COALESCE_SET: 20 },
  { ETHTOOL_MSG_COALESCE_GET_REPLY: 20, ETHTOOL_MSG_COALESCE_NTF: 21 },
  COALESCE,
)

export const PAUSE = attributes('ETHTOOL_A_PAUSE', () => ({
  header: [1, 'ETHTOOL_A_PAUSE_HEADER', header],
  autoneg: [2, 'ETHTOOL_A_PAUSE_AUTONEG', bool],
  rx: [3, 'ETHTOOL_A_PAUSE_RX', bool],
  tx: [4, 'ETHTOOL_A_PAUSE_TX', bool],
  stats: [5, 'ETHTOOL_A_PAUSE_STATS', flaggedNest(PAUSE_STAT)],
  // Since Linux 6.3.
  statsSrc: [6, 'ETHTOOL_A_PAUSE_STATS_SRC', u32],
}))
export const pauseMessages = both(
  'ethtool pause',
  { ETHTOOL_MSG_PAUSE_GET: 21, ETHTOOL_MSG_PAUSE_SET: 22 },
  { ETHTOOL_MSG_PAUSE_GET_REPLY: 22, ETHTOOL_MSG_PAUSE_NTF: 23 },
  PAUSE,
)

/** `ethtool --show-eee`: the timer in microseconds. */
export const EEE = attributes('ETHTOOL_A_EEE', () => ({
  header: [1, 'ETHTOOL_A_EEE_HEADER', header],
  modesOurs: [2, 'ETHTOOL_A_EEE_MODES_OURS', bitset],
  modesPeer: [3, 'ETHTOOL_A_EEE_MODES_PEER', bitset],
  active: [4, 'ETHTOOL_A_EEE_ACTIVE', bool],
  enabled: [5, 'ETHTOOL_A_EEE_ENABLED', bool],
  txLpiEnabled: [6, 'ETHTOOL_A_EEE_TX_LPI_ENABLED', bool],
  txLpiTimer: [7, 'ETHTOOL_A_EEE_TX_LPI_TIMER', u32],
}))
export const eeeMessages = both(
  'ethtool eee',
  { ETHTOOL_MSG_EEE_GET: 23, ETHTOOL_MSG_EEE_SET: 24 },
  { ETHTOOL_MSG_EEE_GET_REPLY: 24, ETHTOOL_MSG_EEE_NTF: 25 },
  EEE,
)

export const TSINFO = attributes('ETHTOOL_A_TSINFO', () => ({
  header: [1, 'ETHTOOL_A_TSINFO_HEADER', header],
  timestamping: [2, 'ETHTOOL_A_TSINFO_TIMESTAMPING', bitset],
  txTypes: [3, 'ETHTOOL_A_TSINFO_TX_TYPES', bitset],
  rxFilters: [4, 'ETHTOOL_A_TSINFO_RX_FILTERS', bitset],
  phcIndex: [5, 'ETHTOOL_A_TSINFO_PHC_INDEX', s32],
}))
export const tsinfoMessages = both(
  'ethtool tsinfo',
  { ETHTOOL_MSG_TSINFO_GET: 25 },
  { ETHTOOL_MSG_TSINFO_GET_REPLY: 26 },
  TSINFO,
)
