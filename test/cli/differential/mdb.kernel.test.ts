// `bridge mdb` and `bridge vni` in twin namespaces: every command, wrong input included.
import { twins } from './twins.ts'

/** Groups that the kernel joins by itself come in their time, and timers run. */
const plain = (text: string): string => {
  const same = text
    .replace(/ +\d+\.\d\d\b/g, ' T')
    .replace(/"timer":"[^"]*"/g, '"timer":"T"')
    .replace(/\{"index":\d+,"dev":"br0","port":"\w+","grp":"ff02::[^}]*\},?/g, '')
    .replace(/,\]/g, ']')
  const [head = '', tail] = same.split('"mdb":[{')
  if (tail === undefined)
    return same
      .split('\n')
      .filter(line => !/grp ff02::/.test(line))
      .sort()
      .join('\n')
  const [list = '', rest = ''] = tail.split(/\}\](.*)/s)
  return `${head}"mdb":[{${list.split('},{').sort().join('},{')}}]${rest}`
}

twins(
  'multicast databases',
  `
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link add br1 address 02:00:00:00:00:11 type bridge
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add v3 address 02:00:00:00:00:03 type veth peer name v4 address 02:00:00:00:00:04
ip link set v1 master br0
ip link set v3 master br1
ip link set v1 up
ip link set v2 up
ip link set br0 up
bridge mdb
bridge -j mdb
bridge mdb add dev br0 port v1 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v1 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v1 grp 239.1.1.2 src 192.0.2.7
bridge mdb a dev br0 port v1 grp ff05::7 temp
bridge mdb add dev br0 port v1 grp 01:00:5e:7f:00:07 permanent
bridge mdb add dev br0 port v1 grp 01:00:5e:7f:00:08
bridge mdb add dev br0 port br0 grp 239.1.1.9
bridge mdb add dev br0 port br0 grp 239.1.1.9 permanent
bridge mdb add dev br0 port v1 grp 239.1.1.3 vid 7
bridge mdb add dev br0 port v1 grp ff05::8 src 2001:db8::1 permanent
bridge mdb add dev br1 port v3 grp 239.2.2.2 permanent
ip link set v1 type bridge_slave fastleave on
bridge mdb add dev br0 port v1 grp 239.1.1.10 permanent
bridge mdb
bridge mdb show dev br0
bridge mdb list dev br1
bridge -d mdb
bridge -s mdb
bridge -d -s mdb
bridge -j mdb
bridge -j -d mdb
bridge -j -d -s mdb show dev br0
bridge -c mdb
bridge mdb show vid 7
bridge mdb show dev br0 vid 8
ip link set v1 type bridge_slave mcast_router 2
bridge mdb
bridge -d mdb
bridge -d -s mdb
bridge -j -d mdb
bridge -j -d -s mdb
bridge mdb del dev br0 port v1 grp 239.1.1.1
bridge mdb del dev br0 port v1 grp 239.1.1.1
bridge mdb del dev br0 port v1 grp 239.1.1.2 src 192.0.2.7
bridge mdb delete dev br0 port v1 grp 239.1.1.3 vid 7
bridge mdb del dev br0 port v1 grp ff05::7 permanent
bridge mdb add
bridge mdb add dev br0 port v1
bridge mdb add dev br0 grp 239.1.1.1
bridge mdb add dev br0 port v1 grp foo
bridge mdb add dev br0 port v1 grp 192.0.2.1
bridge mdb add dev nosuch port v1 grp 239.1.1.1
bridge mdb add dev br0 port nosuch grp 239.1.1.1
bridge mdb add dev br0 port v3 grp 239.1.1.1
bridge mdb add dev v1 port v1 grp 239.1.1.1
bridge mdb add dev br0 port v1 grp 239.1.1.3 src foo
bridge mdb add dev br0 port v1 grp
bridge mdb show dev nosuch
bridge mdb show dev br0 dev br1
bridge mdb show vid 1 vid 2
bridge mdb foo
bridge mdb
`,
  { state: ['bridge -j -d mdb'], plain },
)

twins(
  'VNIs',
  `
ip link add vx0 address 02:00:00:00:00:06 type vxlan dstport 4789 external vnifilter
ip link add vx1 address 02:00:00:00:00:07 type vxlan dstport 4790 external vnifilter
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set vx0 up
bridge vni
bridge -j vni
bridge vni add dev vx0 vni 100-102,200 remote 192.0.2.7
bridge vni add dev vx0 vni 400
bridge vni add vni 500,600-610 dev vx1
bridge vni add dev vx0 vni 300 group 239.1.1.1
bridge vni
bridge vni show dev vx1
bridge -j vni
bridge -j -p vni list
bridge -s vni
bridge -j -s vni show dev vx0
bridge -c vni
bridge -o vni
bridge vni add dev vx0 vni 200 remote 192.0.2.8
bridge vni delete dev vx0 vni 200
bridge vni delete dev vx0 vni 999
bridge vni delete dev vx1 vni 600-610
bridge vni add
bridge vni add dev vx0
bridge vni add vni 1
bridge vni add dev nosuch vni 1
bridge vni add dev br0 vni 1
bridge vni add dev vx0 vni 1 group 192.0.2.1
bridge vni add dev vx0 vni 1 remote foo
bridge vni add dev vx0 vni 1 vni 2
bridge vni add dev vx0 vni 1 remote 1.2.3.4 remote 1.2.3.5
bridge vni add dev vx0 vni abc ## complaint: what is no number is 0 for bridge, which the kernel refuses
bridge vni add dev vx0 vni 16777215
bridge vni add dev vx0 vni
bridge vni show dev nosuch
bridge vni show dev vx0 dev vx1
bridge vni foo
bridge vni
`,
  { state: ['bridge -j vni'] },
)
