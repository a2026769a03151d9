package signin

import (
	"fmt"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"missive/cmd/internal/limit"
)

func TestTriesAreLimitedPerAgentAndAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limited = "429 " + tooManyTries
		limits := func(o *Options) {
			o.Limits = Limits{
				Clients: limit.Limit{Each: limit.Rate{Burst: 6, Interval: time.Minute}}, Here: limit.Rate{Burst: 3, Interval: time.Minute},
				Anywhere: limit.Rate{Burst: 8, Interval: time.Minute}, Device: limit.Rate{Burst: 2, Interval: time.Minute},
			}
		}
		for _, login := range []string{"ann@example.com", "eve@example.com"} { // whether there is such an agent or not
			b := newBrowser(t, limits).cheaply()
			for range 3 {
				same(t, login, b.try(login, "wrong wrong wrong"), "401 "+wrongPassword)
			}
			answer := b.send("POST", "sign-in", url.Values{"login": {strings.ToUpper(login)}, "password": {annsPassword}})
			same(t, login+", the right one too late", b.says(answer), limited)
			same(t, "seconds to wait", answer.Header.Get("Retry-After"), "60")
			time.Sleep(time.Minute)
			same(t, login+", a minute later", b.try(login, "wrong wrong wrong"), "401 "+wrongPassword)

			b = newBrowser(t, limits).cheaply()
			for i := range 6 {
				b.try(fmt.Sprintf("somebody%d@example.com", i), "wrong wrong wrong")
			}
			same(t, "the seventh of one address, for whom ever", b.try(login, annsPassword), limited)
			same(t, "from another port", b.another("192.0.2.1:9").try(login, annsPassword), limited)

			b = newBrowser(t, limits).cheaply()
			for i := range 8 {
				same(t, "from everywhere", b.another(fmt.Sprintf("198.51.100.%d:1", i)).try(login, "wrong wrong wrong"), "401 "+wrongPassword)
			}
			same(t, "from yet another address", b.another("203.0.113.1:1").try(login, "wrong wrong wrong"), limited)
		}

		b := newBrowser(t, limits).cheaply()
		for range 20 {
			same(t, "who knows the password is not limited", b.try("bob", "a password of bob"), letIn)
		}
		if strings.Contains(b.log.String(), "too many") {
			t.Error(b.log)
		}
	})
}

func TestNobodyLocksAnAgentOutOfTheirOwnBrowser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, func(o *Options) { o.Limits = ProductionLimits }).cheaply()
		same(t, "first", b.try("ann@example.com", annsPassword), letIn)
		b.send("POST", "sign-out", url.Values{})
		tries := 0
		const pause = 10 * time.Second
		for range 24 * time.Hour / pause {
			eve := b.another(fmt.Sprintf("198.51.%d.%d:1", tries/200%200, tries%200))
			if got := eve.try("ann@example.com", "a wrong password"); strings.HasPrefix(got, "401") {
				tries++
			}
			time.Sleep(pause)
		}
		if tries > 3000 {
			t.Errorf("from many addresses there were %d tries in a day", tries)
		}
		for i := range 60 { // so that the next one is too early
			b.another(fmt.Sprintf("203.0.113.%d:1", i)).try("ann@example.com", "a wrong password")
		}
		same(t, "elsewhere meanwhile", b.another("192.0.2.77:1").try("ann@example.com", annsPassword), "429 "+tooManyTries)
		same(t, "Ann, in her browser", b.try("ann@example.com", annsPassword), letIn)
		b.send("POST", "sign-out", url.Values{})
		// Her browser has a limit of its own.
		for range 20 {
			b.try("ann@example.com", "a wrong password")
		}
		same(t, "who has her browser", b.try("ann@example.com", annsPassword), "429 "+tooManyTries)
	})
}

func TestWhoMakesUpNamesTakesNoMemory(t *testing.T) {
	var kept runtime.MemStats
	limits := newTries(ProductionLimits)
	client, now := netip.MustParsePrefix("192.0.2.1/32"), time.Now()
	runtime.GC()
	runtime.ReadMemStats(&kept)
	before := kept.HeapAlloc
	denied := 0
	for i := range 50_000 {
		if wait, _ := limits.take(now, client, fmt.Sprintf("somebody%d@example.com", i), ""); wait > 0 {
			denied++
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&kept)
	if grown := int64(kept.HeapAlloc) - int64(before); grown > 1<<20 || denied != 50_000-ProductionLimits.Clients.Each.Burst {
		t.Errorf("%d tries that were denied take %d bytes", denied, grown)
	}
	// The one who made them up is limited, and others aren't.
	if wait, _ := limits.take(now, netip.MustParsePrefix("192.0.2.2/32"), "ann@example.com", ""); wait > 0 {
		t.Errorf("somebody else waits for %s", wait)
	}
	runtime.KeepAlive(limits)
}

func TestNobodyMakesUpWhereTheyTryFrom(t *testing.T) {
	for _, c := range []struct {
		proxies   int
		forwarded string // %d is another one each time
		want      string
	}{
		{0, "198.51.100.%d", "429"}, {1, "198.51.100.%d, 203.0.113.7", "429"}, {1, "198.51.100.%d", "401"}, {1, "2001:db8:1:2::%d", "429"}, {1, "2001:db8:1:%d::1", "401"},
		{2, "198.51.100.%d", "429"}, {1, "unknown-%d", "429"},
	} {
		b := newBrowser(t, func(o *Options) { o.Limits, o.Proxies = ProductionLimits, c.proxies }).another("127.0.0.1:1").cheaply()
		var last string
		for i := range ProductionLimits.Here.Burst + 1 {
			forwarded := fmt.Sprintf(strings.ReplaceAll(c.forwarded, "%d", "%[1]d"), i+1)
			last = b.says(b.send("POST", "sign-in", url.Values{"login": {"ann@example.com"}, "password": {"wrong wrong wrong"}}, "X-Forwarded-For", forwarded, "X-Real-Ip", forwarded, "Forwarded", "for="+forwarded))
		}
		same(t, fmt.Sprint(c.proxies, " ", c.forwarded), strings.Fields(last)[0], c.want)
		same(t, fmt.Sprint(c.proxies, " ", c.forwarded, ": the log has how to tell of the proxy"), strings.Contains(b.log.String(), "-trust-proxy 1"), c.proxies == 0)
	}
}

func TestTriesThatComeAtOnceAreCountedAsThoseOneAfterTheOther(t *testing.T) {
	b := newBrowser(t, func(o *Options) { o.Limits, o.Log = ProductionLimits, nil }).cheaply()
	var trying sync.WaitGroup
	var wrong, limited atomic.Int64
	for range 100 {
		trying.Go(func() {
			switch b.another("192.0.2.1:1").try("ann@example.com", "wrong wrong wrong") {
			case "401 " + wrongPassword:
				wrong.Add(1)
			case "429 " + tooManyTries:
				limited.Add(1)
			}
		})
	}
	trying.Wait()
	same(t, "tries, and those too many", fmt.Sprint(wrong.Load(), " ", limited.Load()), "5 95")
}
