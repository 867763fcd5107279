// nf_tables: tables, chains, rules, sets and their elements, stateful objects, flow tables, and traces of packets.
// include/uapi/linux/netfilter/nf_tables.h (Linux 6.1; what is newer says since when); net/netfilter/nf_tables_api.c.
// Numbers are in network byte order; userdata are nft's own (comments, the types of sets).
import { be16, be32, be64, bytes, enumeration, flags, sbe32, string } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, bySibling, flaggedNest, many, message, sequence } from '../netlink/schema.ts'
import { words } from '../netlink/words.ts'
import { COUNTER, DATA, EXPRESSION, EXPRESSIONS, OBJECT_DATA, OBJECT_TYPE, VERDICT } from './expressions.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { FAMILY, VERDICT_CODE } from './words.ts'

const TABLE_FLAGS = lazy(() => flags(be32, words('table flag (NFT_TABLE_F_*)', { dormant: 1, owner: 2, persist: 4 })))
const TABLE = lazy(() =>
  attributes('NFTA_TABLE', () => ({
    name: [1, 'NFTA_TABLE_NAME', string],
    flags: [2, 'NFTA_TABLE_FLAGS', TABLE_FLAGS()],
    use: [3, 'NFTA_TABLE_USE', be32],
    handle: [4, 'NFTA_TABLE_HANDLE', be64],
    _pad: [5, 'NFTA_TABLE_PAD', bytes],
    userdata: [6, 'NFTA_TABLE_USERDATA', bytes],
    owner: [7, 'NFTA_TABLE_OWNER', be32],
  })),
)

const DEVICES = lazy(() =>
  attributes('NFTA_DEVICE', () => ({
    names: [1, 'NFTA_DEVICE_NAME', many(string)],
  })),
)

const HOOK = lazy(() =>
  attributes('NFTA_HOOK', () => ({
    hooknum: [1, 'NFTA_HOOK_HOOKNUM', be32],
    priority: [2, 'NFTA_HOOK_PRIORITY', sbe32],
    device: [3, 'NFTA_HOOK_DEV', string],
    devices: [4, 'NFTA_HOOK_DEVS', flaggedNest(DEVICES)],
  })),
)

const CHAIN_FLAGS = lazy(() => flags(be32, words('chain flag (NFT_CHAIN_*)', { base: 1, hw_offload: 2, binding: 4 })))
const CHAIN = lazy(() =>
  attributes('NFTA_CHAIN', () => ({
    table: [1, 'NFTA_CHAIN_TABLE', string],
    handle: [2, 'NFTA_CHAIN_HANDLE', be64],
    name: [3, 'NFTA_CHAIN_NAME', string],
    hook: [4, 'NFTA_CHAIN_HOOK', flaggedNest(HOOK)],
    policy: [5, 'NFTA_CHAIN_POLICY', VERDICT_CODE()],
    use: [6, 'NFTA_CHAIN_USE', be32],
    type: [7, 'NFTA_CHAIN_TYPE', string],
    counters: [8, 'NFTA_CHAIN_COUNTERS', flaggedNest(COUNTER)],
    _pad: [9, 'NFTA_CHAIN_PAD', bytes],
    flags: [10, 'NFTA_CHAIN_FLAGS', CHAIN_FLAGS()],
    id: [11, 'NFTA_CHAIN_ID', be32],
    userdata: [12, 'NFTA_CHAIN_USERDATA', bytes],
  })),
)

const COMPAT_FLAGS = lazy(() => flags(be32, words('compat flag (NFT_RULE_COMPAT_F_*)', { unused: 1, inv: 2 })))
const COMPAT = lazy(() =>
  attributes('NFTA_RULE_COMPAT', () => ({
    protocol: [1, 'NFTA_RULE_COMPAT_PROTO', be32],
    flags: [2, 'NFTA_RULE_COMPAT_FLAGS', COMPAT_FLAGS()],
  })),
)

const RULE = lazy(() =>
  attributes('NFTA_RULE', () => ({
    table: [1, 'NFTA_RULE_TABLE', string],
    chain: [2, 'NFTA_RULE_CHAIN', string],
    handle: [3, 'NFTA_RULE_HANDLE', be64],
    expressions: [4, 'NFTA_RULE_EXPRESSIONS', flaggedNest(EXPRESSIONS)],
    compat: [5, 'NFTA_RULE_COMPAT', flaggedNest(COMPAT)],
    position: [6, 'NFTA_RULE_POSITION', be64],
    userdata: [7, 'NFTA_RULE_USERDATA', bytes],
    _pad: [8, 'NFTA_RULE_PAD', bytes],
    id: [9, 'NFTA_RULE_ID', be32],
    positionId: [10, 'NFTA_RULE_POSITION_ID', be32],
    chainId: [11, 'NFTA_RULE_CHAIN_ID', be32],
  })),
)

const SET_FLAGS = lazy(() =>
  flags(
    be32,
    words('set flag (NFT_SET_*)', {
      anonymous: 1,
      constant: 2,
      interval: 4,
      map: 8,
      timeout: 16,
      eval: 32,
      object: 64,
      concat: 128,
      expr: 256,
    }),
  ),
)
const SET_POLICY = lazy(() => enumeration(be32, words('set policy (NFT_SET_POL_*)', { performance: 0, memory: 1 })))
const SET_FIELD = lazy(() =>
  attributes('NFTA_SET_FIELD', () => ({
    length: [1, 'NFTA_SET_FIELD_LEN', be32],
  })),
)

const SET_FIELDS = lazy(() =>
  attributes('NFTA_LIST', () => ({ fields: [1, 'NFTA_LIST_ELEM', many(flaggedNest(SET_FIELD))] })),
)
const SET_DESCRIPTION = lazy(() =>
  attributes('NFTA_SET_DESC', () => ({
    size: [1, 'NFTA_SET_DESC_SIZE', be32],
    concat: [2, 'NFTA_SET_DESC_CONCAT', flaggedNest(SET_FIELDS)],
  })),
)

const SET = lazy(() =>
  attributes('NFTA_SET', () => ({
    table: [1, 'NFTA_SET_TABLE', string],
    name: [2, 'NFTA_SET_NAME', string],
    flags: [3, 'NFTA_SET_FLAGS', SET_FLAGS()],
    keyType: [4, 'NFTA_SET_KEY_TYPE', be32],
    keyLength: [5, 'NFTA_SET_KEY_LEN', be32],
    dataType: [6, 'NFTA_SET_DATA_TYPE', be32],
    dataLength: [7, 'NFTA_SET_DATA_LEN', be32],
    policy: [8, 'NFTA_SET_POLICY', SET_POLICY()],
    description: [9, 'NFTA_SET_DESC', flaggedNest(SET_DESCRIPTION)],
    id: [10, 'NFTA_SET_ID', be32],
    timeout: [11, 'NFTA_SET_TIMEOUT', be64],
    gcInterval: [12, 'NFTA_SET_GC_INTERVAL', be32],
    userdata: [13, 'NFTA_SET_USERDATA', bytes],
    _pad: [14, 'NFTA_SET_PAD', bytes],
    objectType: [15, 'NFTA_SET_OBJ_TYPE', OBJECT_TYPE()],
    handle: [16, 'NFTA_SET_HANDLE', be64],
    expression: [17, 'NFTA_SET_EXPR', flaggedNest(EXPRESSION)],
    expressions: [18, 'NFTA_SET_EXPRESSIONS', flaggedNest(EXPRESSIONS)],
    // Since Linux 6.16: the implementation (its name, or address), and how many elements there are.
    type: [19, 'NFTA_SET_TYPE', string],
    count: [20, 'NFTA_SET_COUNT', be32],
  })),
)

const ELEMENT_FLAGS = lazy(() => flags(be32, words('element flag (NFT_SET_ELEM_*)', { interval_end: 1, catchall: 2 })))
const ELEMENT = lazy(() =>
  attributes('NFTA_SET_ELEM', () => ({
    key: [1, 'NFTA_SET_ELEM_KEY', flaggedNest(DATA)],
    data: [2, 'NFTA_SET_ELEM_DATA', flaggedNest(DATA)],
    flags: [3, 'NFTA_SET_ELEM_FLAGS', ELEMENT_FLAGS()],
    timeout: [4, 'NFTA_SET_ELEM_TIMEOUT', be64],
    expiration: [5, 'NFTA_SET_ELEM_EXPIRATION', be64],
    userdata: [6, 'NFTA_SET_ELEM_USERDATA', bytes],
    expression: [7, 'NFTA_SET_ELEM_EXPR', flaggedNest(EXPRESSION)],
    _pad: [8, 'NFTA_SET_ELEM_PAD', bytes],
    objectName: [9, 'NFTA_SET_ELEM_OBJREF', string],
    keyEnd: [10, 'NFTA_SET_ELEM_KEY_END', flaggedNest(DATA)],
    expressions: [11, 'NFTA_SET_ELEM_EXPRESSIONS', flaggedNest(EXPRESSIONS)],
  })),
)

/** The kernel numbers elements NFTA_LIST_ELEM, all of them; libnftnl once counted. */
const ELEMENTS = lazy(() =>
  attributes('NFTA_SET_ELEM_LIST', () => ({
    table: [1, 'NFTA_SET_ELEM_LIST_TABLE', string],
    set: [2, 'NFTA_SET_ELEM_LIST_SET', string],
    elements: [3, 'NFTA_SET_ELEM_LIST_ELEMENTS', sequence(flaggedNest(ELEMENT))],
    setId: [4, 'NFTA_SET_ELEM_LIST_SET_ID', be32],
  })),
)

const GENERATION = lazy(() =>
  attributes('NFTA_GEN', () => ({
    id: [1, 'NFTA_GEN_ID', be32],
    processPid: [2, 'NFTA_GEN_PROC_PID', be32],
    processName: [3, 'NFTA_GEN_PROC_NAME', string],
  })),
)

const TRACE_TYPE = lazy(() =>
  enumeration(be32, words('trace event (NFT_TRACETYPE_*)', { unspec: 0, policy: 1, return: 2, rule: 3 })),
)
const TRACE = lazy(() =>
  attributes('NFTA_TRACE', () => ({
    table: [1, 'NFTA_TRACE_TABLE', string],
    chain: [2, 'NFTA_TRACE_CHAIN', string],
    ruleHandle: [3, 'NFTA_TRACE_RULE_HANDLE', be64],
    type: [4, 'NFTA_TRACE_TYPE', TRACE_TYPE()],
    verdict: [5, 'NFTA_TRACE_VERDICT', flaggedNest(VERDICT)],
    id: [6, 'NFTA_TRACE_ID', be32],
    linkLayerHeader: [7, 'NFTA_TRACE_LL_HEADER', bytes],
    networkHeader: [8, 'NFTA_TRACE_NETWORK_HEADER', bytes],
    transportHeader: [9, 'NFTA_TRACE_TRANSPORT_HEADER', bytes],
    iif: [10, 'NFTA_TRACE_IIF', be32],
    iiftype: [11, 'NFTA_TRACE_IIFTYPE', be16],
    oif: [12, 'NFTA_TRACE_OIF', be32],
    oiftype: [13, 'NFTA_TRACE_OIFTYPE', be16],
    mark: [14, 'NFTA_TRACE_MARK', be32],
    nfproto: [15, 'NFTA_TRACE_NFPROTO', FAMILY()],
    policy: [16, 'NFTA_TRACE_POLICY', VERDICT_CODE()],
    _pad: [17, 'NFTA_TRACE_PAD', bytes],
  })),
)

const OBJECT = lazy(() =>
  attributes('NFTA_OBJ', () => ({
    table: [1, 'NFTA_OBJ_TABLE', string],
    name: [2, 'NFTA_OBJ_NAME', string],
    type: [3, 'NFTA_OBJ_TYPE', OBJECT_TYPE()],
    data: [4, 'NFTA_OBJ_DATA', bySibling('type', OBJECT_DATA)],
    use: [5, 'NFTA_OBJ_USE', be32],
    handle: [6, 'NFTA_OBJ_HANDLE', be64],
    _pad: [7, 'NFTA_OBJ_PAD', bytes],
    userdata: [8, 'NFTA_OBJ_USERDATA', bytes],
  })),
)

const FLOWTABLE_FLAGS = lazy(() =>
  flags(be32, words('flow table flag (NFT_FLOWTABLE_*)', { hw_offload: 1, counter: 2 })),
)
const FLOWTABLE_HOOK = lazy(() =>
  attributes('NFTA_FLOWTABLE_HOOK', () => ({
    number: [1, 'NFTA_FLOWTABLE_HOOK_NUM', be32],
    priority: [2, 'NFTA_FLOWTABLE_HOOK_PRIORITY', sbe32],
    devices: [3, 'NFTA_FLOWTABLE_HOOK_DEVS', flaggedNest(DEVICES)],
  })),
)

const FLOWTABLE = lazy(() =>
  attributes('NFTA_FLOWTABLE', () => ({
    table: [1, 'NFTA_FLOWTABLE_TABLE', string],
    name: [2, 'NFTA_FLOWTABLE_NAME', string],
    hook: [3, 'NFTA_FLOWTABLE_HOOK', flaggedNest(FLOWTABLE_HOOK)],
    use: [4, 'NFTA_FLOWTABLE_USE', be32],
    handle: [5, 'NFTA_FLOWTABLE_HANDLE', be64],
    _pad: [6, 'NFTA_FLOWTABLE_PAD', bytes],
    flags: [7, 'NFTA_FLOWTABLE_FLAGS', FLOWTABLE_FLAGS()],
  })),
)

const COMPAT_QUERY = lazy(() =>
  attributes('NFTA_COMPAT', () => ({
    name: [1, 'NFTA_COMPAT_NAME', string],
    revision: [2, 'NFTA_COMPAT_REV', be32],
    type: [3, 'NFTA_COMPAT_TYPE', be32],
  })),
)

export const nftables = lazy(() =>
  same(
    message(
      'nft table',
      // Since Linux 6.3: destroy, which is no error where there is none.
      { NFT_MSG_NEWTABLE: 0, NFT_MSG_GETTABLE: 1, NFT_MSG_DELTABLE: 2, NFT_MSG_DESTROYTABLE: 26 },
      nfgenmsg(),
      TABLE(),
    ),
    message(
      'nft chain',
      { NFT_MSG_NEWCHAIN: 3, NFT_MSG_GETCHAIN: 4, NFT_MSG_DELCHAIN: 5, NFT_MSG_DESTROYCHAIN: 27 },
      nfgenmsg(),
      CHAIN(),
    ),
    message(
      'nft rule',
      {
        NFT_MSG_NEWRULE: 6,
        NFT_MSG_GETRULE: 7,
        NFT_MSG_DELRULE: 8,
        // Since Linux 6.2.
        NFT_MSG_GETRULE_RESET: 25,
        NFT_MSG_DESTROYRULE: 28,
      },
      nfgenmsg(),
      RULE(),
    ),
    message(
      'nft set',
      { NFT_MSG_NEWSET: 9, NFT_MSG_GETSET: 10, NFT_MSG_DELSET: 11, NFT_MSG_DESTROYSET: 29 },
      nfgenmsg(),
      SET(),
    ),
    message(
      'nft elements',
      {
        NFT_MSG_NEWSETELEM: 12,
        NFT_MSG_GETSETELEM: 13,
        NFT_MSG_DELSETELEM: 14,
        NFT_MSG_DESTROYSETELEM: 30,
        // Since Linux 6.5.
        NFT_MSG_GETSETELEM_RESET: 33,
      },
      nfgenmsg(),
      ELEMENTS(),
    ),
    message('nft generation', { NFT_MSG_NEWGEN: 15, NFT_MSG_GETGEN: 16 }, nfgenmsg(), GENERATION()),
    message('nft trace', { NFT_MSG_TRACE: 17 }, nfgenmsg(), TRACE()),
    message(
      'nft object',
      {
        NFT_MSG_NEWOBJ: 18,
        NFT_MSG_GETOBJ: 19,
        NFT_MSG_DELOBJ: 20,
        NFT_MSG_GETOBJ_RESET: 21,
        NFT_MSG_DESTROYOBJ: 31,
      },
      nfgenmsg(),
      OBJECT(),
    ),
    message(
      'nft flow table',
      {
        NFT_MSG_NEWFLOWTABLE: 22,
        NFT_MSG_GETFLOWTABLE: 23,
        NFT_MSG_DELFLOWTABLE: 24,
        NFT_MSG_DESTROYFLOWTABLE: 32,
      },
      nfgenmsg(),
      FLOWTABLE(),
    ),
  ),
)

/** Questions of iptables' translation whether a match or target is there. */
export const nftCompat = lazy(() => same(message('nft compat', { NFNL_MSG_COMPAT_GET: 0 }, nfgenmsg(), COMPAT_QUERY())))
