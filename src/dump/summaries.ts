// What tells a person which object a message is about: the table behind the one-line view. A message that has no row
// here is summarised by its scalar attributes, so a new family needs a row only to be shorter.
//
// A row is a list of parts; a part is shown where all its placeholders have a value, and of a list of parts the first
// that can be shown. `{linkInfo.kind}` is a value by its keys from the message down, as decoding has them; `{a|b}` the
// first of both that is there; `{index:link}` says what kind of thing the number is (FORMATS in summary.ts);
// `{table!main}` is left out for that word, `{address!$local}` where it equals another key. Header fields that are zero
// do not count as values. A part without a placeholder is for objects, not for questions (GET).

export interface Summary {
  readonly parts: readonly (string | readonly string[])[]
  /** Behind them, in requests. What no part names of a request's attributes is added by key, but for `quiet`. */
  readonly request?: readonly string[]
  readonly quiet?: readonly string[]
}

const traffic = (...more: readonly string[]): Summary => ({
  parts: ['{kind}', 'dev={index:link}', 'parent={parent!none}', 'handle={handle!none}', ...more, 'chain={chain}'],
  request: ['{options:options}'],
  quiet: ['options'],
})

const prefixed = ['{local|address|multicast|anycast}/{prefixLength}', '{local|address|multicast|anycast}']

/** By the message's name. */
export const SUMMARIES: Readonly<Record<string, Summary>> = {
  link: {
    parts: [
      ['{name} index={index:link}', '{name}', '{altName}', 'index={index:link}'],
      'kind={linkInfo.kind}',
      'port-of={linkInfo.slaveKind}',
      '{change|flags:changed}',
      'mtu={mtu}',
      'address={address}',
      'master={master:link}',
      'link={link:link!0}',
      'link-netns={linkNetnsId:nsid}',
      'state={operState}',
      'alias={alias}',
      'peer={linkInfo.data.peer.attributes.name}',
      '→ netns fd {linkInfo.data.peer.attributes.netnsFd:fd}',
      '→ netns of pid {linkInfo.data.peer.attributes.netnsPid:pid}',
      '→ netns fd {netnsFd:fd}',
      '→ netns of pid {netnsPid:pid}',
      '→ nsid {newNetnsId:nsid} index {newIndex}',
    ],
    request: ['{linkInfo.data:options}', 'port: {linkInfo.slaveData:options}'],
    quiet: ['extMask', 'linkInfo', 'flags', 'family', 'type'],
  },
  address: {
    parts: [
      prefixed,
      'peer={address!$local}',
      'dev={index:link}',
      'scope={scope}',
      '{flags:words}',
      'label={label}',
      'broadcast={broadcast}',
    ],
    quiet: ['family', 'prefixLength', 'address', 'local'],
  },
  'multicast address': { parts: [prefixed, 'dev={index:link}'], quiet: ['family'] },
  'anycast address': { parts: [prefixed, 'dev={index:link}'], quiet: ['family'] },
  route: {
    parts: [
      '{type!unicast}',
      ['{dst}/{dstLength}', '{dst}', 'default'],
      ['from={src}/{srcLength}', 'from={src}'],
      'via={gateway}',
      'via={via.address}',
      'dev={oif:link}',
      'iif={iif:link}',
      'nexthop={nexthopId}',
      '{multipath:count} nexthops',
      'encap={encapType}',
      'table={table!main}',
      'proto={protocol}',
      'scope={scope}',
      'src={prefsrc}',
      'metric={priority}',
      '{flags:words}',
    ],
    request: ['multipath={multipath:options}', '{encap:options}'],
    quiet: ['family', 'dstLength', 'srcLength', 'type', 'table', 'via', 'multipath', 'encap'],
  },
  neighbour: {
    parts: [
      '{dst}',
      'lladdr={linkLayerAddress}',
      'dev={index:link}',
      'vlan={vlan}',
      '{state:words}',
      '{flags:words}',
      'master={master:link}',
      'vni={vni}',
      'via={viaIndex:link}',
      'nexthop={nexthopId}',
      'proto={protocol}',
    ],
    quiet: ['family'],
  },
  'neighbour table': { parts: ['{name}', 'dev={parameters.index:link}'], quiet: ['family'] },
  rule: {
    parts: [
      'priority={priority}',
      '{flags:words}',
      ['from={src}/{srcLength}', 'from={src}'],
      ['to={dst}/{dstLength}', 'to={dst}'],
      'iif={iif}',
      'oif={oif}',
      ['fwmark={fwmark:hex}/{fwmask:hex}', 'fwmark={fwmark:hex}'],
      'uid={uidRange.start}-{uidRange.end}',
      'ipproto={ipProtocol}',
      'sport={sourcePorts.start}-{sourcePorts.end}',
      'dport={destinationPorts.start}-{destinationPorts.end}',
      'goto={goto}',
      '{action!to_tbl}',
      'table={table}',
    ],
    quiet: ['family', 'srcLength', 'dstLength', 'action', 'fwmark', 'fwmask'],
  },
  nexthop: {
    parts: [
      'id={id}',
      'via={gateway}',
      'dev={oif:link}',
      'group={group:options}',
      'type={groupType!mpath}',
      'encap={encapType}',
      'master={master:link}',
      'proto={protocol}',
      'scope={scope}',
      '{flags:words}',
    ],
    request: ['{encap:options}'],
    quiet: ['family', 'encap', 'groupType'],
  },
  'nexthop bucket': { parts: ['id={id}', 'bucket={resilientBucket.index}', 'nexthop={resilientBucket.nexthopId}'] },
  qdisc: traffic(),
  class: traffic(),
  filter: traffic('protocol={protocol}', 'pref={priority}'),
  chain: traffic(),
  prefix: { parts: ['{address}/{prefixLength}', 'dev={index:link}', '{flags:words}'], quiet: ['family'] },
  'address label': { parts: ['{address}/{prefixLength}', 'dev={index:link}', 'label={label}'], quiet: ['family'] },
  netconf: {
    parts: ['{family}', ['dev={index:link}', 'dev={index}'], 'forwarding={forwarding}', 'rp_filter={rpFilter}'],
  },
  mdb: { parts: ['dev={index:link}', '{database.entries:count} entries'] },
  'mdb request': {
    parts: [
      'dev={index:link}',
      'port={entry.index:link}',
      'group={entry.group}',
      'vid={entry.vid!0}',
      '{entry.state}',
      'source={attributes.source}',
    ],
    quiet: ['family', 'entry'],
  },
  'bridge VLAN': { parts: ['dev={index:link}', '{entries:count} entries', '{globalOptions:count} global'] },
  nsid: {
    parts: [
      'nsid={nsid:nsid}',
      'fd={fd:fd}',
      'pid={pid:pid}',
      'target-nsid={targetNsid:nsid}',
      'current-nsid={currentNsid:nsid}',
    ],
    quiet: ['family'],
  },
  tunnel: { parts: ['dev={index:link}', '{entries:count} entries'] },
  'inet socket': {
    parts: [
      '{state}',
      ['{source}:{sourcePort} → {destination}:{destinationPort}', '{source}:{sourcePort}', '{source}'],
      'dev={ifindex:link}',
      'uid={uid}',
      'inode={inode}',
      'receive-queue={receiveQueue}',
      'send-queue={sendQueue}',
      '{congestion}',
    ],
  },
  'unix socket': { parts: ['{type}', '{state}', '{name}', 'inode={inode}', 'peer={peer}', 'uid={uid}'] },
  'netlink socket': { parts: ['{protocol}', 'port={portId}', 'inode={inode}', '{flags:words}'] },
  'packet socket': { parts: ['{type}', '{protocol}', 'dev={info.ifindex:link}', 'inode={inode}', 'uid={uid}'] },
  'nft table': { parts: ['{family}', '{name}', '{flags:words}', 'handle={handle}'], quiet: ['resource'] },
  'nft chain': {
    parts: ['{family}', '{table}', '{name}', '{type}', 'hook={hook.hooknum}', 'policy={policy}', 'handle={handle}'],
    quiet: ['resource'],
  },
  'nft rule': {
    parts: ['{family}', '{table}', '{chain}', 'handle={handle}', '{expressions.elements:count} expressions'],
    request: ['{expressions:options}'],
    quiet: ['resource'],
  },
  'nft set': {
    parts: ['{family}', '{table}', '{name}', '{flags:words}', 'handle={handle}', 'timeout={timeout}'],
    quiet: ['resource'],
  },
  'nft elements': {
    parts: ['{family}', '{table}', '{set}', '{elements:count} elements'],
    request: ['{elements:options}'],
    quiet: ['resource', 'elements'],
  },
  'nft object': { parts: ['{family}', '{table}', '{type}', '{name}', '{data:options}'], quiet: ['resource'] },
  conntrack: {
    parts: [
      '{tupleOriginal.protocol.protocol}',
      '{protocolInfo.tcp.state}',
      [
        '{tupleOriginal.ip.v4Source|tupleOriginal.ip.v6Source}:{tupleOriginal.protocol.sourcePort} → {tupleOriginal.ip.v4Destination|tupleOriginal.ip.v6Destination}:{tupleOriginal.protocol.destinationPort}',
        '{tupleOriginal.ip.v4Source|tupleOriginal.ip.v6Source} → {tupleOriginal.ip.v4Destination|tupleOriginal.ip.v6Destination}',
      ],
      '{status:words}',
      'mark={mark!0}',
      'zone={zone}',
      'timeout={timeout}',
    ],
    quiet: ['family', 'tupleOriginal'],
  },
  ipset: {
    parts: ['{name}', '{typeName}', '{data:options}', '{adt.elements:count} elements'],
    quiet: ['protocol', 'adt'],
  },
  'ipset element': { parts: ['{name}', '{data:options}'], quiet: ['protocol', 'family'] },
  'generic family': {
    parts: ['{familyName}', 'id={familyId}', 'version={version}'],
    request: ['op={operation}'],
    quiet: ['command'],
  },
}
