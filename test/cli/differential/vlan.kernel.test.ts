// `bridge vlan` and `bridge link` in twin namespaces. A kernel without VLAN filtering shows none and takes none: what is
// printed of VLANs is in test/cli/print-vlan.test.ts.
import { twins } from './twins.ts'

twins(
  'VLANs and ports of bridges',
  `
ip link add br0 address 02:00:00:00:00:10 type bridge
ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
ip link add v3 address 02:00:00:00:00:03 type veth peer name v4 address 02:00:00:00:00:04
ip link set v1 master br0
ip link set v3 master br0
ip link set v1 up
ip link set v2 up
ip link set br0 up
bridge vlan
bridge -j vlan
bridge vlan show dev v1
bridge vlan list vid 7
bridge -s vlan
bridge -j -s vlan
bridge -com vlan
bridge -d vlan
bridge -d -s vlan
bridge -j -d vlan ## out: bridge leaves an open bracket where the kernel says no
bridge vlan tunnelshow
bridge vlan t dev v1
bridge -j vlan tunnelshow
bridge vlan global
bridge vlan global show dev br0
bridge -j vlan global ## out: bridge leaves an open bracket where the kernel says no
bridge vlan show dev nosuch
bridge vlan show dev v1 dev v2
bridge vlan show vid 1 vid 2
bridge vlan global show dev nosuch
bridge vlan add
bridge vlan add dev v1
bridge vlan add vid 10
bridge vlan add dev v1 vid 10 pvid untagged
bridge vlan add dev v1 vid 10-20 master
bridge vlan add dev br0 vid 10 self
bridge vlan add dev v1 vid 10-20 pvid
bridge vlan add dev v1 vid 5000
bridge vlan add dev v1 vid 20-10
bridge vlan add dev nosuch vid 10
bridge vlan add dev v1 vid 10 tunnel_info id 1000
bridge vlan add dev v1 vid 10-12 tunnel_info id 1000-1002
bridge vlan add dev v1 vid 10 tunnel_info foo
bridge vlan add dev v1 vid 10 tunnel_info id 99999999
bridge vlan add dev v1 vid abc ## complaint: what is no number is 0 for bridge, which the kernel refuses
bridge vlan add dev v1 vid
bridge vlan del dev v1 vid 10
bridge vlan delete dev br0 vid 10 self
bridge vlan set
bridge vlan set dev v1 vid 10 state forwarding mcast_router 2
bridge vlan set dev v1 vid 10-12 state 3
bridge vlan set dev v1 vid 10 state foo
bridge vlan set dev v1 vid 10 mcast_router foo
bridge vlan set dev v1 vid 10 mcast_router 300
bridge vlan set dev nosuch vid 10
bridge vlan set dev v1 vid 5000
bridge vlan set dev v1 vid 20-10
bridge vlan global set
bridge vlan global set dev br0
bridge vlan global set dev br0 vid 10 mcast_snooping 1
bridge vlan global set dev br0 vid 10-12 mcast_querier_interval 100 mcast_last_member_count 7
bridge vlan global set dev br0 vid 10 mcast_snooping foo
bridge vlan global set dev nosuch vid 10
bridge vlan global set dev br0 vid 10 mcast_querier 256
bridge vlan foo
bridge link
bridge -j link
bridge -d link
bridge link set dev v1 cost 5 master
bridge link set dev v1 cost 5 self
bridge link set dev v1 cost 6 self master
bridge link set dev v1 hwmode veb
bridge link set dev v1 hwmode vepa self
bridge link set dev v1 hwmode foo
bridge link set dev v1 learning_sync on
bridge link set dev v1 learning_sync foo
bridge link set dev v1 state listening
bridge link set dev v1 state 3 priority 9 guard on hairpin on fastleave on root_block on learning off flood off
bridge link set dev v1 mcast_router 1 mcast_flood off bcast_flood off mcast_to_unicast on neigh_suppress on
bridge link set dev v1 isolated on locked off vlan_tunnel on
bridge link set dev v1 backup_port v3
bridge -d link
bridge -d -j link
bridge link set dev v1 nobackup_port
bridge link set dev v1 backup_port nosuch
bridge link set dev v2 cost 7
bridge link set dev br0 cost 7
bridge link set dev v1
bridge link set
bridge link set dev nosuch cost 3
bridge link set dev v1 state foo
bridge link set dev v1 hairpin maybe
bridge link show dev nosuch
bridge link show dev v1
bridge -d -o link show dev v1
`,
  { state: ['bridge -d -j link'] },
)
