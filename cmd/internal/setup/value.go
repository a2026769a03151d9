package setup

import (
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"missive/widget/option"
	"missive/widget/problem"
)

// checker makes values of nodes, and tells what is wrong with them.
type checker struct {
	*document
	images *images
}

type setting struct {
	value any // string, bool or []string; nil when it has a problem
	at    place
}

// setting is the value of an option as the widget needs it.
func (c *checker) setting(o *option.Option, p pair) setting {
	s := setting{value: c.value(o, p), at: placeOf(p.value)}
	text, _ := s.value.(string)
	switch {
	case o.Path == "host" && text != "":
		s.value = c.host(text, s.at)
	case o.Kind == option.Image && option.IsFile(text):
		s.value = c.image(o, text, s.at)
	}
	return s
}

// value returns the value of an option, nil when it has a problem, which is told.
func (c *checker) value(o *option.Option, p pair) any {
	n := c.follow(p.value)
	if n == nil {
		return nil
	}
	if n.Kind == yaml.SequenceNode && o.Kind == option.Bubbles {
		return c.bubbles(o, p.value, n)
	}
	text, ok := c.scalar(o, p, n)
	if !ok {
		return nil
	}
	var value any = text
	if o.Kind == option.Bool && n.ShortTag() == "!!bool" {
		value = strings.EqualFold(text, "true")
	}
	return c.checked(o, p.value, value)
}

// bubbles returns the texts of a list.
func (c *checker) bubbles(o *option.Option, at, n *yaml.Node) any {
	if len(n.Content) == 0 {
		c.problem(placeOf(at), o.Path, "the list is empty", `write "" for no bubble`)
		return nil
	}
	one := &option.Option{Path: o.Path, Kind: option.Linked}
	texts := make([]string, 0, len(n.Content))
	c.enter(n, func() {
		for _, item := range n.Content {
			t := c.follow(item)
			if t == nil {
				continue
			}
			if text, ok := c.scalar(one, pair{value: item}, t); ok && c.checked(one, item, text) != nil {
				texts = append(texts, text)
			}
		}
	})
	return texts
}

func (c *checker) checked(o *option.Option, at *yaml.Node, value any) any {
	if f := o.Check(value); f != nil {
		c.problem(placeOf(at), o.Path, f.Message, f.Hint)
		return nil
	}
	return value
}

func (c *checker) image(o *option.Option, name string, at place) any {
	address, fault := c.images.add(filepath.Join(filepath.Dir(c.file), filepath.FromSlash(name)))
	if fault != nil {
		c.problem(at, o.Path, fault.Message, fault.Hint)
		return nil
	}
	return address
}

func (c *checker) host(address string, at place) string {
	if u, err := url.Parse(address); err == nil && u.Scheme == "http" && !isNear(u.Hostname()) {
		c.warn(at, "host", "pages with https can't load the chat from an address with http", "write "+problem.Quote("https"+address[len("http"):]))
	}
	return strings.TrimRight(address, "/")
}

// isNear reports whether a server is on this machine or in a private network, where http is usual.
func isNear(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".") || slices.Contains([]string{"localhost", "local", "test", "internal"}, host[strings.LastIndexByte(host, '.')+1:])
}
