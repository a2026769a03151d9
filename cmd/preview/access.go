package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"missive/widget/problem"
)

// access decides who may ask for what: this machine for everything, and with -lan other machines of its networks for all but the
// team's side and the theme studio, which writes files.
type access struct {
	hosts    []string       // the names by which the preview may be called, with the port
	networks []netip.Prefix // that others may ask from, each as this machine's address in it with the length of its mask
}

// localNames are the names of this machine for itself.
var localNames = []string{"127.0.0.1", "localhost", "::1"}

func newAccess(port string, networks []netip.Prefix) access {
	a := access{networks: networks}
	for _, name := range localNames {
		a.hosts = append(a.hosts, net.JoinHostPort(name, port))
	}
	for _, network := range networks {
		a.hosts = append(a.hosts, net.JoinHostPort(network.Addr().String(), port))
	}
	return a
}

// refuse returns why a request is not answered, or "". A page of another site, even one whose name was made to
// point here (DNS rebinding), must not read what is being worked on.
func (a access) refuse(r *http.Request) string {
	origin := r.Header.Get("Origin")
	switch {
	case !slices.Contains(a.hosts, r.Host):
		return "the preview answers at its own addresses only, as it has printed them"
	case origin != "" && origin != "http://"+r.Host, origin == "" && foreign(r):
		return "the preview answers to its own pages only"
	case local(r):
		return ""
	case !slices.ContainsFunc(a.networks, func(n netip.Prefix) bool { return n.Contains(remote(r)) }):
		return "the preview answers to machines in its own network only"
	case forTeam(r.URL.Path) || forAgents(r.URL.Path):
		return "the team desk, the outbox and the theme studio answer only on the machine that the preview runs on, at http://" + a.hosts[0] + "/"
	}
	return ""
}

// foreign tells whether a page of another site loads something into itself, such as a script with the setup, for which browsers name no
// origin. Another server of this machine is another site, too. Whoever follows a link from there sees the preview by itself.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site") // older browsers, and what is none, send none
	return (site == "cross-site" || site == "same-site") && (r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document")
}

// local tells whether this machine itself asks.
func local(r *http.Request) bool { return remote(r).IsLoopback() }

func remote(r *http.Request) netip.Addr {
	from, _ := netip.ParseAddrPort(r.RemoteAddr) // without one the zero value, which is in no network
	return from.Addr().Unmap()
}

// localNetworks returns this machine's addresses in the networks around it. Only those of IPv4, as they are typed on a phone.
func localNetworks() ([]netip.Prefix, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var networks []netip.Prefix
	for _, address := range addresses {
		network, err := netip.ParsePrefix(address.String())
		// A network of one address, as some VPNs have, holds no other machine.
		if err == nil && network.Addr().Is4() && network.Addr().IsGlobalUnicast() && !network.IsSingleIP() {
			networks = append(networks, network)
		}
	}
	if len(networks) == 0 {
		return nil, problem.New("-lan: this machine is in no local network", "connect it to the phone's network, then start the preview again")
	}
	return networks, nil
}
