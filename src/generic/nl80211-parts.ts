// The nests and words of nl80211: stations, BSSs, keys, bands and frequencies, what an interface may be.
// include/uapi/linux/nl80211.h (Debian's 6.1, which has some of 6.4); net/wireless/nl80211.c.
import { bool, bytes, enumeration, flag, flags, mac, s8, s32, s64, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { array, attributes, many, nest, sequence } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { numbered } from './numbered.ts'

export const IFTYPE = lazy(() =>
  words('interface type (NL80211_IFTYPE_*)', {
    unspecified: 0,
    adhoc: 1,
    station: 2,
    ap: 3,
    'ap-vlan': 4,
    wds: 5,
    monitor: 6,
    'mesh-point': 7,
    'p2p-client': 8,
    'p2p-go': 9,
    'p2p-device': 10,
    ocb: 11,
    nan: 12,
  }),
)
export const CHANNEL_TYPE = lazy(() =>
  words('channel type (NL80211_CHAN_*)', { 'no-ht': 0, ht20: 1, ht40minus: 2, ht40plus: 3 }),
)
export const CHANNEL_WIDTH = lazy(() =>
  words('channel width (NL80211_CHAN_WIDTH_*)', {
    '20-noht': 0,
    '20': 1,
    '40': 2,
    '80': 3,
    '80p80': 4,
    '160': 5,
    '5': 6,
    '10': 7,
    '1': 8,
    '2': 9,
    '4': 10,
    '8': 11,
    '16': 12,
    '320': 13,
  }),
)
export const AUTH_TYPE = lazy(() =>
  words('authentication (NL80211_AUTHTYPE_*)', {
    'open-system': 0,
    'shared-key': 1,
    ft: 2,
    'network-eap': 3,
    sae: 4,
    'fils-sk': 5,
    'fils-sk-pfs': 6,
    'fils-pk': 7,
    automatic: 8,
  }),
)
export const KEY_TYPE = lazy(() => words('key type (NL80211_KEYTYPE_*)', { group: 0, pairwise: 1, peerkey: 2 }))
const KEY_MODE = lazy(() => words('key mode (NL80211_KEY_*)', { 'rx-tx': 0, 'no-tx': 1, 'set-tx': 2 }))
const BSS_STATUS = lazy(() =>
  words('BSS status (NL80211_BSS_STATUS_*)', { authenticated: 0, associated: 1, 'ibss-joined': 2 }),
)
const BSS_WIDTH = lazy(() =>
  words('control channel width (NL80211_BSS_CHAN_WIDTH_*)', { '20': 0, '10': 1, '5': 2, '1': 3, '2': 4 }),
)
const PEER_LINK = lazy(() =>
  words('peer link state (NL80211_PLINK_*)', {
    listen: 0,
    'opn-snt': 1,
    'opn-rcvd': 2,
    'cnf-rcvd': 3,
    estab: 4,
    holding: 5,
    blocked: 6,
  }),
)
const POWER_MODE = lazy(() =>
  words('mesh power mode (NL80211_MESH_POWER_*)', { unknown: 0, active: 1, 'light-sleep': 2, 'deep-sleep': 3 }),
)
const DFS_STATE = lazy(() =>
  words('radar detection state (NL80211_DFS_*)', { usable: 0, unavailable: 1, available: 2 }),
)
const AC = lazy(() => words('access category (NL80211_AC_*)', { vo: 0, vi: 1, be: 2, bk: 3 }))
const RATE = lazy(() =>
  attributes('NL80211_RATE_INFO', () => ({
    bitrate: [1, 'NL80211_RATE_INFO_BITRATE', u16],
    mcs: [2, 'NL80211_RATE_INFO_MCS', u8],
    width40: [3, 'NL80211_RATE_INFO_40_MHZ_WIDTH', flag],
    shortGuardInterval: [4, 'NL80211_RATE_INFO_SHORT_GI', flag],
    bitrate32: [5, 'NL80211_RATE_INFO_BITRATE32', u32],
    vhtMcs: [6, 'NL80211_RATE_INFO_VHT_MCS', u8],
    vhtNss: [7, 'NL80211_RATE_INFO_VHT_NSS', u8],
    width80: [8, 'NL80211_RATE_INFO_80_MHZ_WIDTH', flag],
    width80p80: [9, 'NL80211_RATE_INFO_80P80_MHZ_WIDTH', flag],
    width160: [10, 'NL80211_RATE_INFO_160_MHZ_WIDTH', flag],
    width10: [11, 'NL80211_RATE_INFO_10_MHZ_WIDTH', flag],
    width5: [12, 'NL80211_RATE_INFO_5_MHZ_WIDTH', flag],
    heMcs: [13, 'NL80211_RATE_INFO_HE_MCS', u8],
    heNss: [14, 'NL80211_RATE_INFO_HE_NSS', u8],
    heGi: [15, 'NL80211_RATE_INFO_HE_GI', u8],
    heDcm: [16, 'NL80211_RATE_INFO_HE_DCM', u8],
    heRuAlloc: [17, 'NL80211_RATE_INFO_HE_RU_ALLOC', u8],
    width320: [18, 'NL80211_RATE_INFO_320_MHZ_WIDTH', flag],
    ehtMcs: [19, 'NL80211_RATE_INFO_EHT_MCS', u8],
    ehtNss: [20, 'NL80211_RATE_INFO_EHT_NSS', u8],
    ehtGi: [21, 'NL80211_RATE_INFO_EHT_GI', u8],
    ehtRuAlloc: [22, 'NL80211_RATE_INFO_EHT_RU_ALLOC', u8],
  })),
)
const BSS_PARAMETERS = lazy(() =>
  attributes('NL80211_STA_BSS_PARAM', () => ({
    ctsProtection: [1, 'NL80211_STA_BSS_PARAM_CTS_PROT', flag],
    shortPreamble: [2, 'NL80211_STA_BSS_PARAM_SHORT_PREAMBLE', flag],
    shortSlotTime: [3, 'NL80211_STA_BSS_PARAM_SHORT_SLOT_TIME', flag],
    dtimPeriod: [4, 'NL80211_STA_BSS_PARAM_DTIM_PERIOD', u8],
    beaconInterval: [5, 'NL80211_STA_BSS_PARAM_BEACON_INTERVAL', u16],
  })),
)
export const TXQ_STATS = lazy(() =>
  attributes('NL80211_TXQ_STATS', () => ({
    backlogBytes: [1, 'NL80211_TXQ_STATS_BACKLOG_BYTES', u32],
    backlogPackets: [2, 'NL80211_TXQ_STATS_BACKLOG_PACKETS', u32],
    flows: [3, 'NL80211_TXQ_STATS_FLOWS', u32],
    drops: [4, 'NL80211_TXQ_STATS_DROPS', u32],
    ecnMarks: [5, 'NL80211_TXQ_STATS_ECN_MARKS', u32],
    overlimit: [6, 'NL80211_TXQ_STATS_OVERLIMIT', u32],
    overmemory: [7, 'NL80211_TXQ_STATS_OVERMEMORY', u32],
    collisions: [8, 'NL80211_TXQ_STATS_COLLISIONS', u32],
    transmitBytes: [9, 'NL80211_TXQ_STATS_TX_BYTES', u32],
    transmitPackets: [10, 'NL80211_TXQ_STATS_TX_PACKETS', u32],
    maxFlows: [11, 'NL80211_TXQ_STATS_MAX_FLOWS', u32],
  })),
)
const TID_STATS = lazy(() =>
  attributes('NL80211_TID_STATS', () => ({
    receiveMsdu: [1, 'NL80211_TID_STATS_RX_MSDU', u64],
    transmitMsdu: [2, 'NL80211_TID_STATS_TX_MSDU', u64],
    transmitMsduRetries: [3, 'NL80211_TID_STATS_TX_MSDU_RETRIES', u64],
    transmitMsduFailed: [4, 'NL80211_TID_STATS_TX_MSDU_FAILED', u64],
    _pad: [5, 'NL80211_TID_STATS_PAD', bytes],
    txqStats: [6, 'NL80211_TID_STATS_TXQ_STATS', nest(TXQ_STATS)],
  })),
)
/** Which flags are meant, and which of them are set. */
export const stationFlagUpdate = lazy(() => {
  const set = words('station flag', {
    authorized: 1 << 1,
    'short-preamble': 1 << 2,
    wme: 1 << 3,
    mfp: 1 << 4,
    authenticated: 1 << 5,
    'tdls-peer': 1 << 6,
    associated: 1 << 7,
  })
  return struct('nl80211_sta_flag_update', { mask: ['mask', flags(u32, set)], set: ['set', flags(u32, set)] })
})

/** Rates are 100 kbit/s, signals dBm, times milliseconds, seconds (`connectedTime`) or microseconds (durations). */
export const STATION = lazy(() =>
  attributes('NL80211_STA_INFO', () => ({
    inactiveTime: [1, 'NL80211_STA_INFO_INACTIVE_TIME', u32],
    receiveBytes: [2, 'NL80211_STA_INFO_RX_BYTES', u32],
    transmitBytes: [3, 'NL80211_STA_INFO_TX_BYTES', u32],
    llid: [4, 'NL80211_STA_INFO_LLID', u16],
    plid: [5, 'NL80211_STA_INFO_PLID', u16],
    peerLinkState: [6, 'NL80211_STA_INFO_PLINK_STATE', enumeration(u8, PEER_LINK())],
    signal: [7, 'NL80211_STA_INFO_SIGNAL', s8],
    transmitBitrate: [8, 'NL80211_STA_INFO_TX_BITRATE', nest(RATE)],
    receivePackets: [9, 'NL80211_STA_INFO_RX_PACKETS', u32],
    transmitPackets: [10, 'NL80211_STA_INFO_TX_PACKETS', u32],
    transmitRetries: [11, 'NL80211_STA_INFO_TX_RETRIES', u32],
    transmitFailed: [12, 'NL80211_STA_INFO_TX_FAILED', u32],
    signalAverage: [13, 'NL80211_STA_INFO_SIGNAL_AVG', s8],
    receiveBitrate: [14, 'NL80211_STA_INFO_RX_BITRATE', nest(RATE)],
    bssParameters: [15, 'NL80211_STA_INFO_BSS_PARAM', nest(BSS_PARAMETERS)],
    connectedTime: [16, 'NL80211_STA_INFO_CONNECTED_TIME', u32],
    stationFlags: [17, 'NL80211_STA_INFO_STA_FLAGS', stationFlagUpdate()],
    beaconLoss: [18, 'NL80211_STA_INFO_BEACON_LOSS', u32],
    timeOffset: [19, 'NL80211_STA_INFO_T_OFFSET', s64],
    localPowerMode: [20, 'NL80211_STA_INFO_LOCAL_PM', enumeration(u32, POWER_MODE())],
    peerPowerMode: [21, 'NL80211_STA_INFO_PEER_PM', enumeration(u32, POWER_MODE())],
    nonPeerPowerMode: [22, 'NL80211_STA_INFO_NONPEER_PM', enumeration(u32, POWER_MODE())],
    receiveBytes64: [23, 'NL80211_STA_INFO_RX_BYTES64', u64],
    transmitBytes64: [24, 'NL80211_STA_INFO_TX_BYTES64', u64],
    chainSignal: [25, 'NL80211_STA_INFO_CHAIN_SIGNAL', sequence(s8, 0)],
    chainSignalAverage: [26, 'NL80211_STA_INFO_CHAIN_SIGNAL_AVG', sequence(s8, 0)],
    expectedThroughput: [27, 'NL80211_STA_INFO_EXPECTED_THROUGHPUT', u32],
    receiveDropMisc: [28, 'NL80211_STA_INFO_RX_DROP_MISC', u64],
    beaconReceive: [29, 'NL80211_STA_INFO_BEACON_RX', u64],
    beaconSignalAverage: [30, 'NL80211_STA_INFO_BEACON_SIGNAL_AVG', s8],
    tidStats: [31, 'NL80211_STA_INFO_TID_STATS', sequence(nest(TID_STATS))],
    receiveDuration: [32, 'NL80211_STA_INFO_RX_DURATION', u64],
    _pad: [33, 'NL80211_STA_INFO_PAD', bytes],
    ackSignal: [34, 'NL80211_STA_INFO_ACK_SIGNAL', s8],
    ackSignalAverage: [35, 'NL80211_STA_INFO_ACK_SIGNAL_AVG', s8],
    receiveMpdus: [36, 'NL80211_STA_INFO_RX_MPDUS', u32],
    fcsErrorCount: [37, 'NL80211_STA_INFO_FCS_ERROR_COUNT', u32],
    connectedToGate: [38, 'NL80211_STA_INFO_CONNECTED_TO_GATE', bool],
    transmitDuration: [39, 'NL80211_STA_INFO_TX_DURATION', u64],
    airtimeWeight: [40, 'NL80211_STA_INFO_AIRTIME_WEIGHT', u16],
    airtimeLinkMetric: [41, 'NL80211_STA_INFO_AIRTIME_LINK_METRIC', u32],
    associationAtBoottime: [42, 'NL80211_STA_INFO_ASSOC_AT_BOOTTIME', u64],
    connectedToAs: [43, 'NL80211_STA_INFO_CONNECTED_TO_AS', bool],
  })),
)
/** `signalMbm` is in hundredths of a dBm. */
export const BSS = lazy(() =>
  attributes('NL80211_BSS', () => ({
    bssid: [1, 'NL80211_BSS_BSSID', mac],
    frequency: [2, 'NL80211_BSS_FREQUENCY', u32],
    tsf: [3, 'NL80211_BSS_TSF', u64],
    beaconInterval: [4, 'NL80211_BSS_BEACON_INTERVAL', u16],
    capability: [5, 'NL80211_BSS_CAPABILITY', u16],
    informationElements: [6, 'NL80211_BSS_INFORMATION_ELEMENTS', bytes],
    signalMbm: [7, 'NL80211_BSS_SIGNAL_MBM', s32],
    signalUnspec: [8, 'NL80211_BSS_SIGNAL_UNSPEC', u8],
    status: [9, 'NL80211_BSS_STATUS', enumeration(u32, BSS_STATUS())],
    seenMsAgo: [10, 'NL80211_BSS_SEEN_MS_AGO', u32],
    beaconIes: [11, 'NL80211_BSS_BEACON_IES', bytes],
    chanWidth: [12, 'NL80211_BSS_CHAN_WIDTH', enumeration(u32, BSS_WIDTH())],
    beaconTsf: [13, 'NL80211_BSS_BEACON_TSF', u64],
    probeResponseData: [14, 'NL80211_BSS_PRESP_DATA', flag],
    lastSeenBoottime: [15, 'NL80211_BSS_LAST_SEEN_BOOTTIME', u64],
    _pad: [16, 'NL80211_BSS_PAD', bytes],
    parentTsf: [17, 'NL80211_BSS_PARENT_TSF', u64],
    parentBssid: [18, 'NL80211_BSS_PARENT_BSSID', mac],
    chainSignal: [19, 'NL80211_BSS_CHAIN_SIGNAL', sequence(s8, 0)],
    frequencyOffset: [20, 'NL80211_BSS_FREQUENCY_OFFSET', u32],
    mloLinkId: [21, 'NL80211_BSS_MLO_LINK_ID', u8],
    mldAddr: [22, 'NL80211_BSS_MLD_ADDR', mac],
  })),
)
const DEFAULT_TYPES = lazy(() =>
  attributes('NL80211_KEY_DEFAULT_TYPE', () => ({
    unicast: [1, 'NL80211_KEY_DEFAULT_TYPE_UNICAST', flag],
    multicast: [2, 'NL80211_KEY_DEFAULT_TYPE_MULTICAST', flag],
  })),
)
export const KEY = lazy(() =>
  attributes('NL80211_KEY', () => ({
    data: [1, 'NL80211_KEY_DATA', bytes],
    index: [2, 'NL80211_KEY_IDX', u8],
    cipher: [3, 'NL80211_KEY_CIPHER', u32],
    sequence: [4, 'NL80211_KEY_SEQ', bytes],
    default: [5, 'NL80211_KEY_DEFAULT', flag],
    defaultManagement: [6, 'NL80211_KEY_DEFAULT_MGMT', flag],
    type: [7, 'NL80211_KEY_TYPE', enumeration(u32, KEY_TYPE())],
    defaultTypes: [8, 'NL80211_KEY_DEFAULT_TYPES', nest(DEFAULT_TYPES)],
    mode: [9, 'NL80211_KEY_MODE', enumeration(u8, KEY_MODE())],
    defaultBeacon: [10, 'NL80211_KEY_DEFAULT_BEACON', flag],
  })),
)
const WMM = lazy(() =>
  attributes('NL80211_WMMR', () => ({
    cwMin: [1, 'NL80211_WMMR_CW_MIN', u16],
    cwMax: [2, 'NL80211_WMMR_CW_MAX', u16],
    aifsn: [3, 'NL80211_WMMR_AIFSN', u16],
    txop: [4, 'NL80211_WMMR_TXOP', u16],
  })),
)
export const FREQUENCY = lazy(() =>
  attributes('NL80211_FREQUENCY_ATTR', () => ({
    frequency: [1, 'NL80211_FREQUENCY_ATTR_FREQ', u32],
    disabled: [2, 'NL80211_FREQUENCY_ATTR_DISABLED', flag],
    noIr: [3, 'NL80211_FREQUENCY_ATTR_NO_IR', flag],
    radar: [5, 'NL80211_FREQUENCY_ATTR_RADAR', flag],
    maxTransmitPower: [6, 'NL80211_FREQUENCY_ATTR_MAX_TX_POWER', u32],
    dfsState: [7, 'NL80211_FREQUENCY_ATTR_DFS_STATE', enumeration(u32, DFS_STATE())],
    dfsTime: [8, 'NL80211_FREQUENCY_ATTR_DFS_TIME', u32],
    noHt40Minus: [9, 'NL80211_FREQUENCY_ATTR_NO_HT40_MINUS', flag],
    noHt40Plus: [10, 'NL80211_FREQUENCY_ATTR_NO_HT40_PLUS', flag],
    no80mhz: [11, 'NL80211_FREQUENCY_ATTR_NO_80MHZ', flag],
    no160mhz: [12, 'NL80211_FREQUENCY_ATTR_NO_160MHZ', flag],
    dfsCacTime: [13, 'NL80211_FREQUENCY_ATTR_DFS_CAC_TIME', u32],
    indoorOnly: [14, 'NL80211_FREQUENCY_ATTR_INDOOR_ONLY', flag],
    irConcurrent: [15, 'NL80211_FREQUENCY_ATTR_IR_CONCURRENT', flag],
    no20mhz: [16, 'NL80211_FREQUENCY_ATTR_NO_20MHZ', flag],
    no10mhz: [17, 'NL80211_FREQUENCY_ATTR_NO_10MHZ', flag],
    wmm: [18, 'NL80211_FREQUENCY_ATTR_WMM', sequence(nest(WMM), 0)],
    noHe: [19, 'NL80211_FREQUENCY_ATTR_NO_HE', flag],
    offset: [20, 'NL80211_FREQUENCY_ATTR_OFFSET', u32],
    _1mhz: [21, 'NL80211_FREQUENCY_ATTR_1MHZ', flag],
    _2mhz: [22, 'NL80211_FREQUENCY_ATTR_2MHZ', flag],
    _4mhz: [23, 'NL80211_FREQUENCY_ATTR_4MHZ', flag],
    _8mhz: [24, 'NL80211_FREQUENCY_ATTR_8MHZ', flag],
    _16mhz: [25, 'NL80211_FREQUENCY_ATTR_16MHZ', flag],
    no320mhz: [26, 'NL80211_FREQUENCY_ATTR_NO_320MHZ', flag],
    noEht: [27, 'NL80211_FREQUENCY_ATTR_NO_EHT', flag],
  })),
)
const BITRATE = lazy(() =>
  attributes('NL80211_BITRATE_ATTR', () => ({
    rate: [1, 'NL80211_BITRATE_ATTR_RATE', u32],
    shortPreamble: [2, 'NL80211_BITRATE_ATTR_2GHZ_SHORTPREAMBLE', flag],
  })),
)
const BAND_IFTYPE = lazy(() =>
  attributes('NL80211_BAND_IFTYPE_ATTR', () => ({
    iftypes: [1, 'NL80211_BAND_IFTYPE_ATTR_IFTYPES', numbered(flag)],
    heCapMac: [2, 'NL80211_BAND_IFTYPE_ATTR_HE_CAP_MAC', bytes],
    heCapPhy: [3, 'NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY', bytes],
    heCapMcsSet: [4, 'NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET', bytes],
    heCapPpe: [5, 'NL80211_BAND_IFTYPE_ATTR_HE_CAP_PPE', bytes],
    he6ghzCapability: [6, 'NL80211_BAND_IFTYPE_ATTR_HE_6GHZ_CAPA', bytes],
    vendorElems: [7, 'NL80211_BAND_IFTYPE_ATTR_VENDOR_ELEMS', bytes],
    ehtCapMac: [8, 'NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MAC', bytes],
    ehtCapPhy: [9, 'NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY', bytes],
    ehtCapMcsSet: [10, 'NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET', bytes],
    ehtCapPpe: [11, 'NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PPE', bytes],
  })),
)
export const BAND = lazy(() =>
  attributes('NL80211_BAND_ATTR', () => ({
    frequencies: [1, 'NL80211_BAND_ATTR_FREQS', sequence(nest(FREQUENCY), 0)],
    rates: [2, 'NL80211_BAND_ATTR_RATES', sequence(nest(BITRATE), 0)],
    htMcsSet: [3, 'NL80211_BAND_ATTR_HT_MCS_SET', bytes],
    htCapability: [4, 'NL80211_BAND_ATTR_HT_CAPA', u16],
    htAmpduFactor: [5, 'NL80211_BAND_ATTR_HT_AMPDU_FACTOR', u8],
    htAmpduDensity: [6, 'NL80211_BAND_ATTR_HT_AMPDU_DENSITY', u8],
    vhtMcsSet: [7, 'NL80211_BAND_ATTR_VHT_MCS_SET', bytes],
    vhtCapability: [8, 'NL80211_BAND_ATTR_VHT_CAPA', u32],
    iftypeData: [9, 'NL80211_BAND_ATTR_IFTYPE_DATA', sequence(nest(BAND_IFTYPE))],
    edmgChannels: [10, 'NL80211_BAND_ATTR_EDMG_CHANNELS', u8],
    edmgBwConfig: [11, 'NL80211_BAND_ATTR_EDMG_BW_CONFIG', u8],
  })),
)
export const REGULATORY_RULE = lazy(() =>
  attributes('NL80211_REG_RULE_ATTR', () => ({
    regulatoryRuleFlags: [1, 'NL80211_ATTR_REG_RULE_FLAGS', u32],
    frequencyRangeStart: [2, 'NL80211_ATTR_FREQ_RANGE_START', u32],
    frequencyRangeEnd: [3, 'NL80211_ATTR_FREQ_RANGE_END', u32],
    frequencyRangeMaxBw: [4, 'NL80211_ATTR_FREQ_RANGE_MAX_BW', u32],
    powerRuleMaxAntGain: [5, 'NL80211_ATTR_POWER_RULE_MAX_ANT_GAIN', u32],
    powerRuleMaxEirp: [6, 'NL80211_ATTR_POWER_RULE_MAX_EIRP', u32],
    dfsCacTime: [7, 'NL80211_ATTR_DFS_CAC_TIME', u32],
  })),
)
export const SURVEY = lazy(() =>
  attributes('NL80211_SURVEY_INFO', () => ({
    frequency: [1, 'NL80211_SURVEY_INFO_FREQUENCY', u32],
    noise: [2, 'NL80211_SURVEY_INFO_NOISE', s8],
    inUse: [3, 'NL80211_SURVEY_INFO_IN_USE', flag],
    time: [4, 'NL80211_SURVEY_INFO_TIME', u64],
    timeBusy: [5, 'NL80211_SURVEY_INFO_TIME_BUSY', u64],
    timeExtendedBusy: [6, 'NL80211_SURVEY_INFO_TIME_EXT_BUSY', u64],
    timeReceive: [7, 'NL80211_SURVEY_INFO_TIME_RX', u64],
    timeTransmit: [8, 'NL80211_SURVEY_INFO_TIME_TX', u64],
    timeScan: [9, 'NL80211_SURVEY_INFO_TIME_SCAN', u64],
    _pad: [10, 'NL80211_SURVEY_INFO_PAD', bytes],
    timeBssReceive: [11, 'NL80211_SURVEY_INFO_TIME_BSS_RX', u64],
    frequencyOffset: [12, 'NL80211_SURVEY_INFO_FREQUENCY_OFFSET', u32],
  })),
)
const LIMIT = lazy(() =>
  attributes('NL80211_IFACE_LIMIT', () => ({
    max: [1, 'NL80211_IFACE_LIMIT_MAX', u32],
    types: [2, 'NL80211_IFACE_LIMIT_TYPES', numbered(flag)],
  })),
)
/** How many interfaces of which types may be together. */
export const COMBINATION = lazy(() =>
  attributes('NL80211_IFACE_COMB', () => ({
    limits: [1, 'NL80211_IFACE_COMB_LIMITS', sequence(nest(LIMIT))],
    maxnum: [2, 'NL80211_IFACE_COMB_MAXNUM', u32],
    stationApBiMatch: [3, 'NL80211_IFACE_COMB_STA_AP_BI_MATCH', flag],
    countChannels: [4, 'NL80211_IFACE_COMB_NUM_CHANNELS', u32],
    radarDetectWidths: [5, 'NL80211_IFACE_COMB_RADAR_DETECT_WIDTHS', u32],
    radarDetectRegions: [6, 'NL80211_IFACE_COMB_RADAR_DETECT_REGIONS', u32],
    biMinGcd: [7, 'NL80211_IFACE_COMB_BI_MIN_GCD', u32],
  })),
)
export const TXQ = lazy(() =>
  attributes('NL80211_TXQ_ATTR', () => ({
    ac: [1, 'NL80211_TXQ_ATTR_AC', enumeration(u8, AC())],
    txop: [2, 'NL80211_TXQ_ATTR_TXOP', u16],
    cwmin: [3, 'NL80211_TXQ_ATTR_CWMIN', u16],
    cwmax: [4, 'NL80211_TXQ_ATTR_CWMAX', u16],
    aifs: [5, 'NL80211_TXQ_ATTR_AIFS', u8],
  })),
)
export const CQM = lazy(() =>
  attributes('NL80211_ATTR_CQM', () => ({
    rssiThresholds: [1, 'NL80211_ATTR_CQM_RSSI_THOLD', array(s32)],
    rssiHyst: [2, 'NL80211_ATTR_CQM_RSSI_HYST', u32],
    rssiThresholdEvent: [3, 'NL80211_ATTR_CQM_RSSI_THRESHOLD_EVENT', u32],
    pktLossEvent: [4, 'NL80211_ATTR_CQM_PKT_LOSS_EVENT', u32],
    txeRate: [5, 'NL80211_ATTR_CQM_TXE_RATE', u32],
    txePkts: [6, 'NL80211_ATTR_CQM_TXE_PKTS', u32],
    txeIntvl: [7, 'NL80211_ATTR_CQM_TXE_INTVL', u32],
    beaconLossEvent: [8, 'NL80211_ATTR_CQM_BEACON_LOSS_EVENT', flag],
    rssiLevel: [9, 'NL80211_ATTR_CQM_RSSI_LEVEL', s32],
  })),
)
export const MESH_PATH = lazy(() =>
  attributes('NL80211_MPATH_INFO', () => ({
    frameQlen: [1, 'NL80211_MPATH_INFO_FRAME_QLEN', u32],
    sn: [2, 'NL80211_MPATH_INFO_SN', u32],
    metric: [3, 'NL80211_MPATH_INFO_METRIC', u32],
    exptime: [4, 'NL80211_MPATH_INFO_EXPTIME', u32],
    flags: [5, 'NL80211_MPATH_INFO_FLAGS', u8],
    discoveryTimeout: [6, 'NL80211_MPATH_INFO_DISCOVERY_TIMEOUT', u32],
    discoveryRetries: [7, 'NL80211_MPATH_INFO_DISCOVERY_RETRIES', u8],
    hopCount: [8, 'NL80211_MPATH_INFO_HOP_COUNT', u8],
    pathChange: [9, 'NL80211_MPATH_INFO_PATH_CHANGE', u32],
  })),
)
export const MONITOR_FLAGS = lazy(() =>
  attributes('NL80211_MNTR_FLAG', () => ({
    fcsfail: [1, 'NL80211_MNTR_FLAG_FCSFAIL', flag],
    plcpfail: [2, 'NL80211_MNTR_FLAG_PLCPFAIL', flag],
    control: [3, 'NL80211_MNTR_FLAG_CONTROL', flag],
    otherBss: [4, 'NL80211_MNTR_FLAG_OTHER_BSS', flag],
    cookFrames: [5, 'NL80211_MNTR_FLAG_COOK_FRAMES', flag],
    active: [6, 'NL80211_MNTR_FLAG_ACTIVE', flag],
  })),
)
export const STATION_FLAGS = lazy(() =>
  attributes('NL80211_STA_FLAG', () => ({
    authorized: [1, 'NL80211_STA_FLAG_AUTHORIZED', flag],
    shortPreamble: [2, 'NL80211_STA_FLAG_SHORT_PREAMBLE', flag],
    wme: [3, 'NL80211_STA_FLAG_WME', flag],
    mfp: [4, 'NL80211_STA_FLAG_MFP', flag],
    authenticated: [5, 'NL80211_STA_FLAG_AUTHENTICATED', flag],
    tdlsPeer: [6, 'NL80211_STA_FLAG_TDLS_PEER', flag],
    associated: [7, 'NL80211_STA_FLAG_ASSOCIATED', flag],
  })),
)
/** Frame types by interface type. */
export const FRAME_TYPES = lazy(() =>
  attributes('NL80211_ATTR', () => ({ types: [101, 'NL80211_ATTR_FRAME_TYPE', many(u16)] })),
)
