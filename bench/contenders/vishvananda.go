// vishvananda/netlink, in Go. It has no dump that streams: it stands beside 'read' with what it has, a list. One handle, as its users are told
// to keep; RouteListFiltered with a filter for no table in particular is how it lists all of them.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

var handle *netlink.Handle
var input = bufio.NewReader(os.Stdin)
var sum int
var began time.Time
var busy time.Duration

func main() {
	var err error
	handle, err = netlink.NewHandle(syscall.NETLINK_ROUTE)
	check(err)
	for {
		line, err := input.ReadString('\n')
		if err != nil {
			return
		}
		startClock()
		count := perform(strings.Fields(line))
		wall, processor := time.Since(began), processor()-busy
		if count < 0 {
			fmt.Println("-")
		} else {
			fmt.Println(wall.Nanoseconds(), count, processor.Nanoseconds(), 0)
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "vishvananda:", err)
		os.Exit(1)
	}
}

func startClock() {
	busy = processor()
	began = time.Now()
}

// All threads, garbage collection too.
func processor() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func perform(words []string) int {
	number := func(i int) int {
		value, err := strconv.Atoi(words[i])
		check(err)
		return value
	}
	if len(words) > 1 && words[1] == "listed" || words[0] == "getlink" && words[3] == "unread" {
		return -1
	}
	switch words[0] {
	case "getlink":
		return getLink(number(1), number(2))
	case "links":
		return links()
	case "addresses":
		return addresses()
	case "routes":
		return routes()
	case "events":
		return events(number(1))
	case "pairs":
		return pairs(number(1), words[2])
	case "fill":
		return fill(number(1), number(2))
	}
	return -1
}

func readLink(link netlink.Link) {
	a := link.Attrs()
	sum += a.Index + a.MTU + a.TxQLen + len(a.Name) + len(a.HardwareAddr) + int(a.Flags) + int(a.RawFlags)
	sum += a.ParentIndex + a.MasterIndex + len(a.Alias) + a.Promisc + int(a.OperState) + a.NetNsID
	sum += a.NumTxQueues + a.NumRxQueues + int(a.GSOMaxSize) + int(a.GSOMaxSegs) + int(a.Group) + len(a.EncapType)
	sum += len(link.Type())
	if s := a.Statistics; s != nil {
		sum += int(s.RxPackets + s.TxPackets + s.RxBytes + s.TxBytes + s.RxErrors + s.TxErrors + s.RxDropped + s.TxDropped)
		sum += int(s.Multicast + s.Collisions + s.RxLengthErrors + s.RxOverErrors + s.RxCrcErrors + s.RxFrameErrors)
		sum += int(s.RxFifoErrors + s.RxMissedErrors + s.TxAbortedErrors + s.TxCarrierErrors + s.TxFifoErrors)
		sum += int(s.TxHeartbeatErrors + s.TxWindowErrors + s.RxCompressed + s.TxCompressed)
	}
	if a.Xdp != nil && a.Xdp.Attached {
		sum++
	}
}

func readRoute(r *netlink.Route) {
	sum += r.LinkIndex + r.ILinkIndex + int(r.Scope) + len(r.Src) + len(r.Gw) + len(r.MultiPath) + int(r.Protocol)
	sum += r.Priority + r.Family + r.Table + r.Type + r.Tos + r.Flags + r.Realm + r.MTU
	if r.Dst != nil {
		sum += len(r.Dst.IP) + len(r.Dst.Mask)
	}
}

func getLink(index, calls int) int {
	for i := 0; i < calls; i++ {
		link, err := handle.LinkByIndex(index)
		check(err)
		readLink(link)
	}
	return calls
}

func links() int {
	found, err := handle.LinkList()
	check(err)
	for _, link := range found {
		readLink(link)
	}
	return len(found)
}

func addresses() int {
	found, err := handle.AddrList(nil, netlink.FAMILY_ALL)
	check(err)
	for _, a := range found {
		sum += len(a.IP) + len(a.Mask) + len(a.Label) + a.Flags + a.Scope + len(a.Broadcast)
		sum += a.PreferedLft + a.ValidLft + a.LinkIndex
		if a.Peer != nil {
			sum += len(a.Peer.IP)
		}
	}
	return len(found)
}

func routes() int {
	found, err := handle.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{}, netlink.RT_FILTER_TABLE)
	check(err)
	for i := range found {
		readRoute(&found[i])
	}
	return len(found)
}

// Route events that wait in the socket. Nobody takes from the channel until then: its reader holds one.
func events(wanted int) int {
	updates, done := make(chan netlink.RouteUpdate), make(chan struct{})
	check(netlink.RouteSubscribe(updates, done))
	subscribed := enlarge()
	fmt.Println("ready")
	if _, err := input.ReadString('\n'); err != nil {
		os.Exit(0)
	}
	startClock()
	for count := 0; count < wanted; count++ {
		update, open := <-updates
		if !open {
			check(fmt.Errorf("the subscription ended after %d events", count))
		}
		readRoute(&update.Route)
	}
	wall, used := time.Since(began), processor()-busy
	close(done)
	for _, err := syscall.Getsockname(subscribed); err == nil; _, err = syscall.Getsockname(subscribed) {
		time.Sleep(time.Millisecond)
	}
	began, busy = time.Now().Add(-wall), processor()-used
	return wanted
}

// Makes the receive buffer of the subscription larger, for which this version has no option: it is the
// newest descriptor.
func enlarge() int {
	for fd := 64; fd > 2; fd-- {
		address, err := syscall.Getsockname(fd)
		if err != nil {
			continue
		}
		if _, netlinks := address.(*syscall.SockaddrNetlink); netlinks {
			check(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUFFORCE, 1<<28))
			return fd
		}
	}
	check(fmt.Errorf("there is no netlink socket"))
	return -1
}

func add(in *netlink.Handle, link netlink.Link, address net.IP, ones int) {
	check(in.AddrAdd(link, &netlink.Addr{IPNet: &net.IPNet{IP: address, Mask: net.CIDRMask(ones, 32)}}))
}

func pairs(count int, peerName string) int {
	peer, err := netns.GetFromName(peerName)
	check(err)
	inside, err := netlink.NewHandleAt(peer, syscall.NETLINK_ROUTE)
	check(err)
	bridge, err := handle.LinkByName("br0")
	check(err)
	for i := 0; i < count; i++ {
		near := &netlink.Veth{
			LinkAttrs:     netlink.LinkAttrs{Name: fmt.Sprint("a", i), TxQLen: -1},
			PeerName:      fmt.Sprint("b", i),
			PeerNamespace: netlink.NsFd(peer),
		}
		check(handle.LinkAdd(near))
		check(handle.LinkSetMaster(near, bridge))
		check(handle.LinkSetUp(near))
		add(handle, near, net.IPv4(10, byte(i>>8), byte(i), 1), 24)
		far, err := inside.LinkByName(fmt.Sprint("b", i))
		check(err)
		add(inside, far, net.IPv4(10, byte(i>>8), byte(i), 2), 24)
		check(inside.LinkSetUp(far))
	}
	inside.Close()
	check(peer.Close())
	return count
}

func fill(count, links int) int {
	for l := 0; l < links; l++ {
		link, err := handle.LinkByName(fmt.Sprint("a", l))
		check(err)
		for i := 0; i < count/links; i++ {
			add(handle, link, net.IPv4(10, byte(l), byte(i>>8), byte(i)), 32)
		}
	}
	return count
}
