package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"missive/widget/problem"
)

// gate decides who may ask for what: this machine for everything, and with -lan the machines around it for all but
// the team's side and the theme studio, which writes files.
type gate struct {
	hosts    []string       // the names by which the preview may be called, with the port
	networks []netip.Prefix // those that others may ask from: this machine's address in each, and how far it reaches
}

// localNames are the names of this machine for itself.
var localNames = []string{"127.0.0.1", "localhost", "::1"}

func newGate(port string, networks []netip.Prefix) gate {
	g := gate{networks: networks}
	for _, name := range localNames {
		g.hosts = append(g.hosts, net.JoinHostPort(name, port))
	}
	for _, network := range networks {
		g.hosts = append(g.hosts, net.JoinHostPort(network.Addr().String(), port))
	}
	return g
}

// refuse returns why a request is not answered, or "". A page of another site, even one whose name was made to
// point here (DNS rebinding), must not read what is being worked on.
func (g gate) refuse(r *http.Request) string {
	origin := r.Header.Get("Origin")
	switch {
	case !slices.Contains(g.hosts, r.Host):
		return "the preview answers at its own addresses only, as it has printed them"
	case origin != "" && origin != "http://"+r.Host:
		return "the preview answers to its own pages only"
	case local(r):
		return ""
	case !slices.ContainsFunc(g.networks, func(n netip.Prefix) bool { return n.Contains(remote(r)) }):
		return "the preview answers to machines in its own network only"
	case forTeam(r.URL.Path) || forAgents(r.URL.Path):
		return "the team desk and the theme studio answer only on the machine that the preview runs on, at http://" + g.hosts[0] + "/"
	}
	return ""
}

// local tells whether this machine itself asks.
func local(r *http.Request) bool { return remote(r).IsLoopback() }

func remote(r *http.Request) netip.Addr {
	from, _ := netip.ParseAddrPort(r.RemoteAddr) // the zero value is in no network
	return from.Addr().Unmap()
}

// localNetworks returns this machine's addresses in the networks around it. Only IPv4: nobody types the others on a phone.
func localNetworks() ([]netip.Prefix, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var networks []netip.Prefix
	for _, address := range addresses {
		network, err := netip.ParsePrefix(address.String())
		// In a network of one, as of some VPNs, there is nobody else.
		if err == nil && network.Addr().Is4() && network.Addr().IsGlobalUnicast() && !network.IsSingleIP() {
			networks = append(networks, network)
		}
	}
	if len(networks) == 0 {
		return nil, problem.New("-lan: this machine is in no local network", "connect it to the phone's network, then start the preview again")
	}
	return networks, nil
}
